"""The steps of a bank day, each safe to run again, and the one loop that runs them."""
