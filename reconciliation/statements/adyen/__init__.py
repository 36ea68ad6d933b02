"""Adyen's report of settled batches."""
