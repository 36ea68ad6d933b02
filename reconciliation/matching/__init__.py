"""Matching: which money a bank's line contains, whose it is, and by what evidence."""
