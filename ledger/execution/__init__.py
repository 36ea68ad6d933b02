"""Execution turns commands into facts: one command, a batch in chunks, or commands of many threads in one commit."""
