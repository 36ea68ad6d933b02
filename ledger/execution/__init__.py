"""Execution turns commands into facts: one command, a batch in chunks, or those of many threads in one commit."""
