"""What we ask our banks to pay, as files that they take: pure writers, without a clock or a file."""
