"""The version of the program; every fact records the version that wrote it."""

from __future__ import annotations

from typing import Final

VERSION: Final = "0.2.0"
