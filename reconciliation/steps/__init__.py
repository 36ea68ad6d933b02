"""The steps of a bank day, each of which is safe to repeat, and the one loop that runs them."""
