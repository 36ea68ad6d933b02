"""The book holds after any commands in any order."""

from __future__ import annotations

from tests.properties.ledger.draws import QUICK
from tests.properties.ledger.machine import Bookkeeping

TestBookkeeping = Bookkeeping.TestCase
TestBookkeeping.settings = QUICK
