"""Reports: pure functions on Arrow tables, tied out with the general ledger."""
