"""Execution: commands in, facts out, one alone, a batch in chunks, or many threads in one commit."""
