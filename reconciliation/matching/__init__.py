"""Matching divides a bank's line into amounts, and finds whose money each amount is and what proves this."""
