"""How bytes come into an upload: as chunks, one behind the other, as parts straight to a store, or joined."""
