"""The settlement report of Klarna, and of Kustom, which was Klarna Checkout."""
