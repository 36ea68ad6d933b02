"""Scenario files are played through in books of their own, which vanish; the user's own books stay as they are."""

from __future__ import annotations

from tests.infra.cli.command_line import Answers

ANSWERS: Answers = {"rehearse": ("{folder}/empty.txt", 1)}
