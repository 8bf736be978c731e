"""Places that bytes can go."""
