"""Execution: commands in, facts out; a single command, a batch in chunks, or many threads in one commit."""
