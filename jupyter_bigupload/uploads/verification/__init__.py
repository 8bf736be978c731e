"""Whether the bytes that are there are those that were sent."""
