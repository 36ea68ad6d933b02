"""Files with whatever a forger likes in them, and what the program says of them."""

from __future__ import annotations

import time
from collections.abc import Iterable
from contextlib import redirect_stdout
from io import StringIO
from pathlib import Path

from ledger.sealing import verifier
from tests.kit.outsider import Published, checkpoint_in


def write_facts(path: Path, facts: Iterable[verifier.Fact]) -> None:
    """Facts as records, whatever they say."""
    records = [verifier.record_of(*fact) for fact in facts]
    write_records(path, records)


def write_records(path: Path, records: Iterable[bytes]) -> None:
    """Records behind their lengths, whatever is in them."""
    path.chmod(0o600)
    path.write_bytes(b"".join(len(record).to_bytes(4, "big") + record for record in records))


def answer(published: Published, *given: object) -> tuple[int, str]:
    """The program's exit code and its one line, of an export or of what is given."""
    asked = given or ("export", checkpoint_in(published.folder), published.facts)
    with redirect_stdout(StringIO()) as out:
        code = verifier.main([str(one) for one in (*asked, "--key", published.key)])
    return code, out.getvalue()


def refusal(published: Published, *given: object) -> str:
    """Why the program says, in one line and soon, that this does not hold."""
    began = time.monotonic()
    code, out = answer(published, *given)
    assert (code, out[:15], out.count("\n")) == (1, "DOES NOT HOLD: ", 1), out
    assert time.monotonic() - began < 10
    return out[15:-1]
