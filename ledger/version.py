"""The version of the program, which every fact it records names."""

from __future__ import annotations

from typing import Final

VERSION: Final = "0.2.0"
