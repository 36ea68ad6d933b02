"""What the read tables show: one read model per file, pure."""
