"""What is known of persons: how long it must be kept, and its erasure afterwards."""
