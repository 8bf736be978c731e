"""What requests say in their headers, queries and JSON."""
