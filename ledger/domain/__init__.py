"""What may happen to a receivable: one noun a file, pure and deterministic."""
