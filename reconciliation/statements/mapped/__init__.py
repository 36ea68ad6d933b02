"""Tables (CSV, XLSX) of senders without a reader of their own, read by file mappings."""
