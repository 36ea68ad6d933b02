"""Commands as a person types them, run in this process, and their answers read back."""

from __future__ import annotations

import json
from collections.abc import Mapping
from dataclasses import dataclass
from functools import cache
from pathlib import Path
from typing import Any

from jsonschema import Draft202012Validator
from typer.testing import CliRunner

import infra.cli
from infra.cli import app
from infra.cli.caller import Terminal

# By command, what it is given and the exit code it then ends with, in the clinic of `test_answers`; {receipt} is the
# one that no rule could place, {folder} one with an empty file.
Answers = dict[str, tuple[str, int]]


@dataclass(frozen=True)
class Answered:
    """What a command printed, and its exit code."""

    code: int
    out: str
    err: str

    @property
    def json(self) -> dict[str, Any]:
        """The answer, which has the documented shape and agrees with the exit code."""
        answer: dict[str, Any] = json.loads(self.out)
        validator().validate(answer)
        assert answer["ok"] == (self.code == 0)
        return answer

    @property
    def codes(self) -> list[str]:
        """The codes of the problems."""
        return [problem["code"] for problem in self.json["problems"]]


class _User(Terminal):
    """A terminal at which somebody else sits."""

    def __init__(self, name: str) -> None:
        self._name = name

    def user(self) -> str:
        """The other user."""
        return self._name


class Reskontra:
    """The command line with an environment of its own; a command is one string or its words."""

    def __init__(self, environ: Mapping[str, str], user: str | None = None) -> None:
        self.environ = {"RESKONTRA_ENTITY": "clinic", "PREFECT_API_URL": "", **environ}
        self._caller = None if user is None else _User(user)

    def by(self, user: str) -> Reskontra:
        """The same command line, at which another user of the machine sits."""
        return Reskontra(self.environ, user)

    def __call__(self, *words: object, code: int | None = 0) -> Answered:
        """Run one command; it must end with this exit code, unless any will do (None)."""
        typed = [str(word) for word in words] if len(words) > 1 else str(words[0]).split()
        result = CliRunner().invoke(app, typed, env=self.environ, prog_name="reskontra", obj=self._caller)
        answered = Answered(result.exit_code, result.stdout, result.stderr)
        assert code is None or answered.code == code, f"{typed}: {result.stdout}{result.stderr}{result.exception!r}"
        return answered

    def json(self, *words: object, code: int = 0) -> dict[str, Any]:
        """Run one command with --json and give the answer."""
        typed = [str(word) for word in words] if len(words) > 1 else str(words[0]).split()
        return self(*typed, "--json", code=code).json


@cache
def validator() -> Draft202012Validator:
    """The documented shape of every answer."""
    schema = json.loads((Path(infra.cli.__file__).parent / "answer.schema.json").read_text(encoding="utf-8"))
    Draft202012Validator.check_schema(schema)
    return Draft202012Validator(schema)
