"""The outside world: servers, doors and wires that carry the ledger."""
