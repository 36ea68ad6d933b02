"""Programs that stand in for PostgreSQL's where only their failure matters."""

from pathlib import Path

from infra.postgres.binaries import Binaries


def programs(folder: Path, **scripts: str) -> Binaries:
    """An installation whose programs, such as `initdb`, are these shell scripts."""
    folder.mkdir(parents=True, exist_ok=True)
    for name, script in scripts.items():
        (folder / name).write_text(f"#!/bin/sh\n{script}\n")
        (folder / name).chmod(0o755)
    return Binaries(folder, 18, 0)
