"""What the bank says: our accounts, files, movements."""
