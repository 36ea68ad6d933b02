"""The steps of a bank day, each safe to repeat, and the one loop that runs them."""
