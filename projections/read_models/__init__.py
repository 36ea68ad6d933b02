"""What the read tables show: one read model per file, made of pure functions."""
