"""What the book shows when read: one model a file, pure."""
