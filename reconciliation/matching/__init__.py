"""What a bank's line is about: which movements of money, whose, and by what evidence."""
