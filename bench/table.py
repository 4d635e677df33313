"""The table at the end, and whether the goals are reached."""

from collections.abc import Mapping, Sequence
from dataclasses import dataclass
from statistics import median

from bench.load import Measured

Results = Mapping[str, Sequence[Measured]]


@dataclass(frozen=True, slots=True)
class Goal:
    """A case is compared with another one, round by round: the median of the rounds counts.

    Args:
        case: which one.
        than: the one to compare with.
        share: at least that share of its requests a second, where it is given.
        milliseconds: at most so many milliseconds above its p50, where they are given.
    """

    case: str
    than: str
    share: float | None = None
    milliseconds: float | None = None

    def __str__(self) -> str:
        if self.share is not None:
            return f"at least {self.share:.1f} of the requests of: {self.than}"
        return f"p50 at most {self.milliseconds:.1f} ms above that of: {self.than}"

    def outcome(self, results: Results) -> tuple[bool, str]:
        """Whether it is reached, and the figure that says so."""
        rounds = list(zip(results[self.case], results[self.than], strict=True))
        if self.share is not None:
            share = median(ours.per_second / theirs.per_second for ours, theirs in rounds)
            return share >= self.share, f"{share:.2f}"
        above = median(ours.p50 - theirs.p50 for ours, theirs in rounds)
        return above <= (self.milliseconds or 0), f"{above:+.2f} ms"


def figures(results: Results) -> str:
    """The measured figures: medians of the rounds."""
    width = max(map(len, results))
    lines = [f"{'':{width}}  requests/s  p50 ms  p99 ms"]
    for name, rounds in results.items():
        per_second, p50, p99 = (
            median(getattr(measured, part) for measured in rounds) for part in ("per_second", "p50", "p99")
        )
        lines.append(f"{name:{width}}  {per_second:10,.0f}  {p50:6.2f}  {p99:6.2f}")
    return "\n".join(lines)


def goals(results: Results, wanted: Sequence[Goal]) -> str:
    """Each goal with what was reached of it."""
    lines = []
    for goal in wanted:
        reached, figure = goal.outcome(results)
        lines.append(f"{'reached' if reached else 'MISSED':7}  {figure:>9}  {goal.case}: {goal}")
    return "\n".join(lines)
