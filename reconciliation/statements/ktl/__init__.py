"""KTL, the file of incoming reference payments in Finland."""
