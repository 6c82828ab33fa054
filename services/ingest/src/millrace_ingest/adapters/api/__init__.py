"""Feed on an HTTP API."""
