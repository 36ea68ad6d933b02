"""Proposals turn a bank's or provider's file into commands for the ledger and into reviews for a person."""
