"""The settlements of Mollie."""
