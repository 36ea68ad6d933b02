"""Money received and given back: receipts, their allocation, customer credit, refunds."""
