"""TITO, the machine-readable bank statement in Finland."""
