"""The desk: each use case once. Only here does the request of a person or a program become a command."""
