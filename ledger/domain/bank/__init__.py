"""What we know from the bank: our accounts, its files and the movements."""
