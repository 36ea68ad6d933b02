"""What is owed and why: documents, items, requests, and the account that owes."""
