"""CODA, the coded statement of account in Belgium."""
