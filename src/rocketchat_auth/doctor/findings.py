"""What a probe can find, and what it found."""

from collections.abc import Callable, Iterable
from dataclasses import dataclass
from enum import StrEnum
from typing import TYPE_CHECKING

from django.utils.functional import Promise

if TYPE_CHECKING:
    from rocketchat_auth.doctor.patient import Patient

Text = str | Promise


class Severity(StrEnum):
    """How bad it is."""

    FINE = "fine"
    """It was looked at, and nothing is wrong."""
    UNKNOWN = "unknown"
    """It could not be looked at."""
    WARNING = "warning"
    """People get in, but something is dangerous, or will go wrong some day."""
    PROBLEM = "problem"
    """Somebody can't get in."""


@dataclass(frozen=True, slots=True)
class Finding:
    """One thing that a probe can find.

    Args:
        number: "D101", say; it never changes its meaning.
        severity: how bad it is.
        text: what is wrong, in one sentence. Braces are filled in, and never with what is secret.
        why: why it matters: what people see of it.
        mend: the exact mend: a line to type, or where to click. Braces are filled in here, too.
    """

    number: str
    severity: Severity
    text: Text
    why: Text = ""
    mend: Text = ""

    def seen(self, **values: object) -> "Found":
        """It was found, with `values` in the places of the braces."""
        fill = (lambda text: str(text).format(**values)) if values else str
        return Found(self.number, self.severity, fill(self.text), str(self.why), fill(self.mend))


@dataclass(frozen=True, slots=True)
class Found:
    """What a probe found: a `Finding` as it is in this case, in words."""

    number: str
    severity: Severity
    text: str
    why: str = ""
    mend: str = ""


@dataclass(frozen=True, slots=True)
class Topic:
    """A group of probes.

    Args:
        name: a stable word, for JSON.
        title: its heading.
        findings: all that its probe can find.
        probe: looks, and gives what is wrong; nothing where all is well. What it raises becomes a finding of its own.
        fine: the sentence to say where nothing was found.
        asks: whether it needs Rocket.Chat to answer.
    """

    name: str
    title: Text
    findings: tuple[Finding, ...]
    probe: "Callable[[Patient], Iterable[Found]]"
    fine: Text
    asks: bool = True
