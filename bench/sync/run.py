"""`python -m bench.sync.run`: what a sync costs in calls, time and memory, by the number of users."""

import argparse
import os
import sys
from pathlib import Path
from tempfile import TemporaryDirectory

from bench.load import NotMeasured
from bench.site_server import ROOT
from bench.sync import table
from bench.sync.limited import Waited
from bench.sync.measuring import CHANGED, USUAL, Measured, limited, place

PICTURE = ROOT / "bench" / "results" / "sync.png"

FIRST = "nothing differs, first sync"
SETTLED = "nothing differs, later syncs"
SETTING_UP = "first provisioning"
# How long an answer of the chat takes where accounts are set up by more and more at once.
SLOW = 0.02

# The peak of what the interpreter and the libraries take alone is seen with a site as small as this.
TINY = 10


def main() -> int:
    """Measure and print. The exit status is 1 where a goal is missed: none is about time."""
    options = _options()
    print(
        f"The chat is the package's stand-in, one Python process; it, the site's SQLite and the sync share"
        f" {os.cpu_count()} cores.\nSo a real server sets up accounts at another speed; calls and memory are the same.",
        flush=True,
    )
    try:
        provisioned = _provision(options)
        lines = _unchanged([TINY, *options.users])
        waited = _limited(options.limited)
    except NotMeasured as error:
        print(error, file=sys.stderr)
        return 1
    reached = [table.calls(each) for each in lines[SETTLED]]
    reached += [table.memory(lines[SETTLED]), table.patience(options.limited, waited)]
    print(f"\n{table.figures([*provisioned, *lines[FIRST], *lines[SETTLED]])}\n\n{table.goals(reached)}\n")
    _draw({**lines, SETTING_UP: [each for each in provisioned if f", {USUAL} at once" in each.what]})
    return 0 if all(is_reached for is_reached, _ in reached) else 1


def _provision(options: argparse.Namespace) -> list[Measured]:
    """Accounts for everybody: by a chat that takes its time, more and more of them at once; then for a large site."""
    measured = [
        _set_up(options.compare, f"{SETTING_UP}, {number} at once, {SLOW * 1000:.0f} ms a call", number, SLOW)
        for number in options.concurrency
    ]
    return [*measured, _set_up(options.provision, f"{SETTING_UP}, {USUAL} at once", USUAL, 0.0)]


def _set_up(users: int, what: str, concurrency: int, seconds: float) -> Measured:
    _say(f"Setting up {users:,} accounts, {concurrency} at the same time.")
    with place(users, linked=False, seconds=seconds) as prepared:
        measured = prepared.sync(what, concurrency=concurrency, status=CHANGED)
        prepared.sync("the sync after the first provisioning")  # raises unless nothing differs any more
    return measured


def _unchanged(sizes: list[int]) -> dict[str, list[Measured]]:
    """Everybody has an account already: the first sync reads the members of the rooms, later ones need not."""
    lines: dict[str, list[Measured]] = {FIRST: [], SETTLED: []}
    for users in sizes:
        _say(f"Preparing {users:,} linked accounts, and syncing them twice.")
        with place(users, linked=True) as prepared:
            for what, measured in lines.items():
                measured.append(prepared.sync(what))
    return lines


def _limited(users: int) -> Waited:
    _say(f"Setting up {users:,} accounts without the permission to ignore rate limits.")
    with TemporaryDirectory(prefix="rocketchat-auth-bench-") as folder:
        return limited(users, Path(folder))


def _draw(lines: dict[str, list[Measured]]) -> None:
    from bench.sync.plot import draw

    draw(lines, PICTURE)
    print(f"Drawn: {PICTURE.relative_to(ROOT)}")


def _say(sentence: str) -> None:
    print(sentence, flush=True)


def _options() -> argparse.Namespace:
    parser = argparse.ArgumentParser(prog="python -m bench.sync.run", description="Measure what a sync costs.")
    parser.add_argument(
        "--users",
        type=int,
        nargs="+",
        metavar="N",
        default=[1_000, 10_000, 100_000],
        help="how many have an account already (default: 1000 10000 100000)",
    )
    parser.add_argument(
        "--provision", type=int, metavar="N", default=10_000, help="accounts to set up (default: 10000)"
    )
    parser.add_argument(
        "--compare", type=int, metavar="N", default=1_000, help="accounts to compare concurrency by (default: 1000)"
    )
    parser.add_argument(
        "--concurrency", type=int, nargs="*", metavar="N", default=[1, 4, 8], help="what to compare (default: 1 4 8)"
    )
    parser.add_argument(
        "--limited", type=int, metavar="N", default=40, help="accounts to set up within rate limits (default: 40)"
    )
    return parser.parse_args()


if __name__ == "__main__":
    sys.exit(main())
