"""Norma 43, the account statement of Spanish banks."""
