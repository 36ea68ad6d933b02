"""A process that is kept running: it is started again when it ends, later each time, and ended without loss."""

from __future__ import annotations

import signal
import subprocess
from collections.abc import Callable, Mapping, Sequence
from pathlib import Path
from typing import IO, Final

from infra.postgres.process import end_with_parent

# How long a process may take to end by itself after it was asked to.
ENDING_S: Final = 30.0
_LONGEST_WAIT_S: Final = 60.0
# Who ran for so long has recovered.
_SOUND_S: Final = 60.0


class KeptProcess:
    """A command that is kept running; `say` hears in one line what becomes of it, and its output goes to `log`."""

    def __init__(
        self,
        name: str,
        command: Sequence[str],
        environ: Mapping[str, str],
        log: Path,
        say: Callable[[str], None],
        clock: Callable[[], float],
    ) -> None:
        self.name = name
        self._command, self._environ, self._log, self._say, self._clock = list(command), environ, log, say, clock
        self._process: subprocess.Popen[bytes] | None = None
        self._began = self._again_at = 0.0
        self._wait_s = 0.0

    @property
    def pid(self) -> int | None:
        """The number of the process, or null while it does not run."""
        return self._process.pid if self._process is not None and self._process.poll() is None else None

    def keep(self) -> bool:
        """Start the process if it does not run and its time has come; returns whether it runs."""
        if self.pid is not None:
            return True
        now = self._clock()
        if self._process is not None:
            self._ended(self._process, now)
        if now < self._again_at:
            return False
        with _opened(self._log) as log:
            self._process = subprocess.Popen(  # noqa: S603 - the command is ours, and no shell reads it
                self._command,
                env=dict(self._environ),
                stdin=subprocess.DEVNULL,
                stdout=log,
                stderr=log,
                preexec_fn=end_with_parent(signal.SIGTERM),
            )
        self._began = now
        self._say(f"{self.name} runs as process {self._process.pid}")
        return True

    def end(self) -> None:
        """Ask the process to end, and wait; one that does not end in time is killed."""
        process, self._process = self._process, None
        self._again_at = self._wait_s = 0.0
        if process is None or process.poll() is not None:
            return
        process.terminate()
        try:
            process.wait(ENDING_S)
        except subprocess.TimeoutExpired:
            self._say(f"{self.name} did not end in time and was killed")
            process.kill()
            process.wait()

    def _ended(self, process: subprocess.Popen[bytes], now: float) -> None:
        self._process = None
        sound = now - self._began > _SOUND_S
        self._wait_s = 1.0 if sound or not self._wait_s else min(2 * self._wait_s, _LONGEST_WAIT_S)
        self._again_at = now + self._wait_s
        code = process.returncode
        self._say(f"{self.name} ended with code {code}, see {self._log}; it starts again in {self._wait_s:.0f} s")


def _opened(log: Path) -> IO[bytes]:
    log.parent.mkdir(mode=0o700, parents=True, exist_ok=True)
    # Of a log that has grown too long, one older one is kept.
    if log.exists() and log.stat().st_size > 16_000_000:
        log.replace(log.with_name(f"{log.name}.1"))
    return log.open("ab")
