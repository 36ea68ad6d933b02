"""Proposals: what a bank's or provider's file leads to, as commands for the ledger and reviews for a person."""
