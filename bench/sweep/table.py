"""The table at the end, and whether the goals are reached."""

import math
from collections.abc import Sequence

from bench.sweep.measuring import Measured
from bench.sync.limited import Waited
from bench.sync.table import MOST_MEMORY, Goal

CHUNK, QUERIES, HANDFUL = 500, 3, 5


def figures(measured: Sequence[Measured]) -> str:
    """What was measured, a line each."""
    width = max(len(each.what) for each in measured)
    lines = [f"{'':{width}}   grants  queries    calls  seconds  computing  peak MiB"]
    for each in measured:
        took = each.took
        lines.append(
            f"{each.what:{width}}  {each.grants:7,}  {took.queries:7,}  {took.calls:7,}  {took.seconds:7.1f}"
            f"  {took.cpu:9.1f}  {took.mib:8.1f}"
        )
    return "\n".join(lines)


def queries(idle: Measured) -> Goal:
    """A sweep that finds nothing asks the database three times for each chunk, and Rocket.Chat nothing."""
    most = QUERIES * math.ceil(idle.grants / CHUNK) + HANDFUL
    sentence = (
        f"{idle.took.queries:,} queries and {idle.took.calls} calls for {idle.grants:,} grants: at most {most}, 0"
    )
    return idle.took.queries <= most and not idle.took.calls, sentence


def memory(measured: Sequence[Measured]) -> Goal:
    """The peak of memory does not grow with the number of grants."""
    smaller, larger = sorted(measured, key=lambda each: each.grants)[-2:]
    times = larger.took.mib / smaller.took.mib
    sentence = f"{times:.2f} times the memory for {larger.grants:,} grants that {smaller.grants:,} take"
    return times <= MOST_MEMORY, f"{sentence} ({larger.what}): at most {MOST_MEMORY}"


def patience(logins: int, waited: Waited) -> Goal:
    """Sweeps keep to the rate limit."""
    sentence = f"{waited.refused} of {waited.calls} calls refused by the rate limit, with {logins} logins ended in"
    return not waited.refused, f"{sentence} {waited.minutes:.0f} minutes (of a clock that was moved on): none"
