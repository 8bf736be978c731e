"""What goes when an upload is over: its bytes, its record, and what was left behind."""
