"""The desk has each use case once. Only the desk turns the request of a person or a program into a command."""
