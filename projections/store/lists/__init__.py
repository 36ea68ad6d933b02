"""The lists that people work with: one file a list, and a registry."""
