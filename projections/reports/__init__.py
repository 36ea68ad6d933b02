"""Reports: pure, Arrow in and out, tied out to the general ledger."""
