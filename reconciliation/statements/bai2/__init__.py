"""BAI2, the balance and transaction report of banks in North America."""
