"""What may happen to a receivable: one file per noun, pure and deterministic."""
