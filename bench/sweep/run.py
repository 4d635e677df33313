"""`python -m bench.sweep.run`: what a sweep costs in queries, calls, time and memory, by the number of chat logins."""

import argparse
import os
import sys

from bench.load import NotMeasured
from bench.sweep import table
from bench.sweep.measuring import Measured, limited, place
from bench.sync.table import goals

IDLE = "nothing is over"
SOME = "1 % are over"


def main() -> int:
    """Measure and print. The exit status is 1 where a goal is missed: none is about time."""
    options = _options()
    print(f"The site's SQLite and the sweep share {os.cpu_count()} cores; the chat answers at once.", flush=True)
    try:
        idle, some = _sweep(options.grants)
        waited = limited(options.limited)
    except NotMeasured as error:
        print(error, file=sys.stderr)
        return 1
    reached = [*map(table.queries, idle), table.memory(idle), table.memory(some)]
    reached.append(table.patience(options.limited, waited))
    print(f"\n{table.figures([*idle, *some])}\n\n{goals(reached)}")
    return 0 if all(is_reached for is_reached, _ in reached) else 1


def _sweep(sizes: list[int]) -> tuple[list[Measured], list[Measured]]:
    idle, some = [], []
    for grants in sizes:
        print(f"Preparing {grants:,} chat logins, and sweeping twice.", flush=True)
        with place(grants) as prepared:
            idle.append(prepared.sweep(IDLE, over=0))
            some.append(prepared.sweep(SOME, over=prepared.end_some()))
    return idle, some


def _options() -> argparse.Namespace:
    parser = argparse.ArgumentParser(prog="python -m bench.sweep.run", description="Measure what a sweep costs.")
    parser.add_argument(
        "--grants",
        type=int,
        nargs="+",
        metavar="N",
        default=[1_000, 10_000, 100_000],
        help="how many chat logins there are, two numbers or more (default: 1000 10000 100000)",
    )
    parser.add_argument(
        "--limited", type=int, metavar="N", default=40, help="logins to end within the rate limit (default: 40)"
    )
    return parser.parse_args()


if __name__ == "__main__":
    sys.exit(main())
