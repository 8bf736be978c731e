"""What tests of this package, and of stores written elsewhere, are made with. No server needs it."""
