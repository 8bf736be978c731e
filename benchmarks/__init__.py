"""Speed, memory and politeness of an upload, side by side with the alternatives; see README.md."""
