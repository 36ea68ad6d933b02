"""The outside world: the servers around the ledger, and its entry points."""
