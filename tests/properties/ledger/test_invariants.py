"""The book holds after any commands in any order."""

from __future__ import annotations

from tests.properties.ledger.machine import QUICK, Machine

TestBookkeeping = Machine.TestCase
TestBookkeeping.settings = QUICK
