"""Bodies of requests, as they come: in pieces, with a limit, from connections that may break."""
