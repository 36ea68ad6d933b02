"""What can happen to a receivable: one file per noun, with pure, deterministic functions."""
