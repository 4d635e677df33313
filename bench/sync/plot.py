"""What a sync costs, drawn against the number of users."""

from collections.abc import Callable, Mapping, Sequence
from pathlib import Path

from bench.sync.measuring import Measured


def draw(lines: Mapping[str, Sequence[Measured]], path: Path) -> None:
    """Draw a picture with calls, seconds and memory side by side.

    Args:
        lines: what was measured, by the name that stands beside its line.
        path: where the picture goes.
    """
    from matplotlib.figure import Figure

    figure = Figure(figsize=(13, 4), layout="constrained")
    panels: dict[str, Callable[[Measured], float]] = {
        "calls of the chat": lambda each: each.calls.total(),
        "seconds of computing": lambda each: each.took.cpu,
        "peak of memory, MiB": lambda each: each.took.mib,
    }
    for axes, (title, value) in zip(figure.subplots(1, len(panels)), panels.items(), strict=True):
        for name, measured in lines.items():
            points = sorted(measured, key=lambda each: each.users)
            axes.plot([each.users for each in points], [value(each) for each in points], marker="o", label=name)
        axes.set(title=title, xlabel="users", xscale="log")
        if title.startswith("peak"):
            axes.set_ylim(bottom=0)
        else:
            axes.set_yscale("log")
        axes.grid(visible=True, alpha=0.3)
    axes.legend()
    path.parent.mkdir(parents=True, exist_ok=True)
    figure.savefig(path, dpi=120)
