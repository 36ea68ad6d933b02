"""Asking for what is due: holds and reminders."""
