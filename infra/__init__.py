"""The outside world: the servers around the ledger, and the ledger's entry points."""
