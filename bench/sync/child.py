"""One sync in a process that does nothing else: `python -m bench.sync.child` prints what it took as JSON."""

import json
import resource
import sys
import time
from dataclasses import asdict, dataclass
from pathlib import Path

# Linux counts in KiB, macOS in bytes.
UNITS_IN_MIB = 1024**2 if sys.platform == "darwin" else 1024


@dataclass(frozen=True, slots=True)
class Took:
    """What a sync took.

    Args:
        status: the exit status of the command.
        seconds: by the clock on the wall.
        cpu: seconds of computing in this process; the rest was waiting for the chat, or for a core.
        mib: the peak of its memory, the interpreter and all libraries included.
    """

    status: int
    seconds: float
    cpu: float
    mib: float


def sync() -> Took:
    """Run `manage.py rocketchat sync --yes`."""
    from django.core.management import call_command

    began, computed = time.monotonic(), time.process_time()
    status = 0
    with Path("/dev/null").open("w") as nowhere:
        try:
            call_command("rocketchat", "sync", "--yes", "--format", "json", stdout=nowhere)
        except SystemExit as exit_:
            status = int(exit_.code or 0)
    peak = resource.getrusage(resource.RUSAGE_SELF).ru_maxrss / UNITS_IN_MIB
    return Took(status, time.monotonic() - began, time.process_time() - computed, peak)


def _main() -> None:
    import django

    django.setup()
    json.dump(asdict(sync()), sys.stdout)


if __name__ == "__main__":
    _main()
