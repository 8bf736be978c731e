"""What tests and benchmarks start and stand on: servers, object stores, a network that fails."""
