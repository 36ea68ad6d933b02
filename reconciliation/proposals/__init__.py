"""What a file of a bank or a provider leads to: commands for the ledger, and reviews for a person."""
