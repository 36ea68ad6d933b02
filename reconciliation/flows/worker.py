"""The program that serves an entity's deployments, for `reskontra serve`; it runs until it gets SIGTERM."""

from __future__ import annotations

import sys

from reconciliation.flows import serve_places
from reconciliation.places import PlacesInvalid


def main() -> None:
    """Serve the entity and in the zone that the command names."""
    entity, zone = sys.argv[1:]
    try:
        serve_places(entity, zone)
    except PlacesInvalid as wrong:
        sys.exit(str(wrong))


if __name__ == "__main__":
    main()
