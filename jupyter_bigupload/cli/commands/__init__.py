"""What each subcommand does, and what they have in common."""
