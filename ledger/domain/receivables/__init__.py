"""What is owed and why: documents, items, requests, and the accounts of payers."""
