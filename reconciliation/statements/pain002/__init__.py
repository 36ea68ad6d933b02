"""The bank's answer to our payment orders, pain.002 of ISO 20022."""
