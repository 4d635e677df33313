"""Following one person on the way into chat: each step is fine, or it is where they stop, and why."""

from collections.abc import Callable, Iterator
from dataclasses import dataclass

from django.utils.translation import gettext_lazy

from rocketchat_auth.doctor import steps, steps_in_chat
from rocketchat_auth.doctor.examination import Examination, Examined, of_failure
from rocketchat_auth.doctor.findings import Finding, Found, Severity, Text, Topic
from rocketchat_auth.doctor.patient import Patient
from rocketchat_auth.doctor.steps import Told, Walk

FINDINGS: tuple[Finding, ...] = (*steps.FINDINGS, *steps_in_chat.FINDINGS)

STOPS = (Severity.PROBLEM, Severity.UNKNOWN)
"""After these the person gets no further, or it can't be told whether they do."""


@dataclass(frozen=True, slots=True)
class _Step:
    """One step: a stable word, a heading, and what looks."""

    name: str
    title: Text
    look: Callable[[Walk], Told]


def follow(patient: Patient, username: str) -> Examination:
    """Go the way of a user into chat, until where they stop. Nothing is changed, and no token shown.

    Each step is given as a topic; what was seen where nothing is wrong is its `fine`. A failure, of Rocket.Chat for
    example, is where it stops as well.

    Args:
        patient: what is examined.
        username: the name by which the user signs in to the site.
    """
    return Examination(tuple(_taken(Walk(username))))


def _taken(walk: Walk) -> Iterator[Examined]:
    for step in _STEPS:
        told, found = _looked(step, walk)
        examined = Examined(_topic(step, told, found), found)
        yield examined
        if examined.severity in STOPS:
            return


def _topic(step: _Step, told: str, found: tuple[Found, ...]) -> Topic:
    """The step as a topic that was probed already."""
    return Topic(step.name, step.title, FINDINGS, lambda patient: found, told)


def _looked(step: _Step, walk: Walk) -> tuple[str, tuple[Found, ...]]:
    try:
        told, *found = step.look(walk)
    except Exception as error:  # noqa: BLE001 - it is logged there, where nobody expected it
        return "", (of_failure(error, f"{step.name} of a person"),)
    return told, tuple(found)


_STEPS = (
    _Step("user", gettext_lazy("User"), steps.user),
    _Step("active", gettext_lazy("Active on the site"), steps.active),
    _Step("may_chat", gettext_lazy("May chat"), steps.may_chat),
    _Step("email", gettext_lazy("E-mail address"), steps.email),
    _Step("row", gettext_lazy("What the site knows of the account"), steps.row),
    _Step("tokens", gettext_lazy("Chat logins of their sessions"), steps.tokens),
    _Step("account", gettext_lazy("Account in chat"), steps_in_chat.account),
    _Step("plan", gettext_lazy("What the next sign-in or sync does"), steps_in_chat.plan),
    _Step("source", gettext_lazy("A new chat login"), steps_in_chat.source),
)
