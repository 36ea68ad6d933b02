"""What the bank says: accounts of ours, files, movements."""
