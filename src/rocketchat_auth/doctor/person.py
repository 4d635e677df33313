"""Following one person on the way into chat: each step is fine, or it is where they stop, and why."""

from collections.abc import Callable, Iterator
from dataclasses import dataclass

from django.utils.translation import gettext_lazy

from rocketchat_auth.doctor import steps, steps_in_chat
from rocketchat_auth.doctor.examination import of_failure
from rocketchat_auth.doctor.findings import Found, Severity, Text
from rocketchat_auth.doctor.patient import Patient
from rocketchat_auth.doctor.steps import Told, Walk

FINDINGS = (*steps.FINDINGS, *steps_in_chat.FINDINGS)


@dataclass(frozen=True, slots=True)
class Step:
    """One step of the way.

    Args:
        name: a stable word, for JSON.
        title: its heading.
        told: what was seen, in a sentence.
        found: what is wrong.
    """

    name: str
    title: Text
    told: str = ""
    found: tuple[Found, ...] = ()

    @property
    def severity(self) -> Severity:
        """The worst of what was found."""
        order = list(Severity)
        return max((found.severity for found in self.found), key=order.index, default=Severity.FINE)

    @property
    def stops(self) -> bool:
        """Whether the person gets no further, or it can't be told whether they do."""
        return self.severity in (Severity.PROBLEM, Severity.UNKNOWN)


def follow(patient: Patient, username: str) -> Iterator[Step]:
    """Go the way of a user into chat, until where they stop. Nothing is changed, and no token shown.

    A failure, of Rocket.Chat for example, is where it stops as well.

    Args:
        patient: what is examined.
        username: the name by which the user signs in to the site.
    """
    walk = Walk(username)
    for name, title, look in _STEPS:
        told, found = "", tuple[Found, ...]()
        try:
            told, *rest = look(walk)
            found = tuple(rest)
        except Exception as error:  # noqa: BLE001 - it is logged there, where nobody expected it
            found = (of_failure(error, f"{name} of a person"),)
        step = Step(name, title, told, found)
        yield step
        if step.stops:
            return


_STEPS: tuple[tuple[str, Text, Callable[[Walk], Told]], ...] = (
    ("user", gettext_lazy("User"), steps.user),
    ("active", gettext_lazy("Active on the site"), steps.active),
    ("may_chat", gettext_lazy("May chat"), steps.may_chat),
    ("email", gettext_lazy("E-mail address"), steps.email),
    ("row", gettext_lazy("What the site knows of the account"), steps.row),
    ("tokens", gettext_lazy("Chat logins of their sessions"), steps.tokens),
    ("account", gettext_lazy("Account in chat"), steps_in_chat.account),
    ("plan", gettext_lazy("What the next sign-in or sync does"), steps_in_chat.plan),
    ("source", gettext_lazy("A new chat login"), steps_in_chat.source),
)
