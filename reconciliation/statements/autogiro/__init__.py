"""Autogiro, the direct debits of Bankgirot in Sweden."""
