"""What people read on a terminal or in a log, and scripts as JSON."""
