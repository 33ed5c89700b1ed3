"""The process that owns everything slow or dangerous, and the client that talks to it."""
