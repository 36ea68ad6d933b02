"""X12 835 (ERA), in which American payers say what they pay for which claims, and why not more."""
