"""The terms that an entity declares."""
