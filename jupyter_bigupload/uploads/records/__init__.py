"""What is known of each upload, in two small files that outlive the server, and an index of all."""
