"""The outside world: the servers and doors around the ledger."""
