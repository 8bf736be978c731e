"""Our page and our server, held together by a network that breaks and a server that dies."""
