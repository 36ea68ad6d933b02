"""Stripe's reports of payouts and of its balance."""
