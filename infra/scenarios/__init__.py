"""Scenario files: situations that a person reads and the program plays through, each in books of its own."""
