"""What will not be paid: write-offs."""
