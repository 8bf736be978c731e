"""Files and folders on their way to a client, from anywhere in them (RFC 9110)."""
