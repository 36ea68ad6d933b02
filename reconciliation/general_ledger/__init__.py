"""PURE: the general ledger's files (SIE 4), written and read, and its accounts beside ours."""
