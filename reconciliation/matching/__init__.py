"""Matching finds which money a bank's line contains, whose money it is, and what proves it."""
