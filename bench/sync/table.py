"""The table at the end, and whether the goals are reached."""

from collections.abc import Sequence

from bench.sync.limited import Waited
from bench.sync.measuring import HANDFUL, PAGE, Measured

MOST_MEMORY = 1.2
"""What the largest site may take of memory, as a multiple of what the second largest does."""

Goal = tuple[bool, str]


def figures(measured: Sequence[Measured]) -> str:
    """What was measured, a line each."""
    width = max(len(each.what) for each in measured)
    lines = [f"{'':{width}}    users    calls  seconds  computing  users/s  peak MiB"]
    for each in measured:
        took = each.took
        lines.append(
            f"{each.what:{width}}  {each.users:7,}  {each.calls.total():7,}  {took.seconds:7.1f}  {took.cpu:9.1f}"
            f"  {each.per_second:7,.0f}  {took.mib:8.1f}"
        )
    return "\n".join(lines)


def calls(unchanged: Measured) -> Goal:
    """An unchanged sync makes a call for each page of accounts, and few others."""
    made = unchanged.calls.total()
    sentence = f"{made:,} calls for {unchanged.users:,} users: at most one for {PAGE} accounts, and {HANDFUL} more"
    return made <= unchanged.most_calls, sentence


def memory(unchanged: Sequence[Measured]) -> Goal:
    """The peak of memory does not grow with the site."""
    smaller, larger = sorted(unchanged, key=lambda each: each.users)[-2:]
    times = larger.took.mib / smaller.took.mib
    return (
        times <= MOST_MEMORY,
        f"{times:.2f} times the memory for {larger.users:,} users that {smaller.users:,} take: at most {MOST_MEMORY}",
    )


def patience(users: int, waited: Waited) -> Goal:
    """Who may not ignore rate limits keeps to them."""
    sentence = f"{waited.refused} of {waited.calls} calls refused by the rate limit, with {users} accounts in"
    return not waited.refused, f"{sentence} {waited.minutes:.0f} minutes (of a clock that was moved on): none"


def goals(reached: Sequence[Goal]) -> str:
    """Each goal with what was reached of it."""
    return "\n".join(f"{'reached' if is_reached else 'MISSED':7}  {sentence}" for is_reached, sentence in reached)
