"""Asking for payment: holds and reminders."""
