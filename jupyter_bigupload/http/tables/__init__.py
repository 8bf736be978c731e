"""Tables: what is in them, the recipes by which they are read, and what differs in databases."""
