"""Reports: pure, Arrow in and out, tied out with the general ledger."""
