"""Running the probes: each by itself, so that one that fails stops no other."""

import logging
from collections.abc import Callable, Iterable
from dataclasses import dataclass

from django.core.exceptions import ImproperlyConfigured
from django.db import OperationalError, ProgrammingError
from django.utils.translation import gettext_lazy as _

from rocketchat_auth import rest
from rocketchat_auth.doctor.findings import Finding, Found, Severity, Topic
from rocketchat_auth.doctor.patient import Patient

logger = logging.getLogger("rocketchat_auth.doctor")

UNREACHED = Finding(
    "D001",
    Severity.UNKNOWN,
    _("Rocket.Chat could not be asked: {reason}"),
    mend=_("See what is said of the connection to Rocket.Chat."),
)
MISCONFIGURED = Finding(
    "D002",
    Severity.UNKNOWN,
    _("It could not be looked at, since a setting is missing or wrong: {reason}"),
    mend=_("See what is said of the settings."),
)
REFUSED = Finding(
    "D003",
    Severity.UNKNOWN,
    _("Rocket.Chat did not answer the question: {reason}"),
    mend=_("See what is said of the service account."),
)
BROKEN = Finding(
    "D004",
    Severity.UNKNOWN,
    _("The probe itself failed with {error}; the log has more."),
    mend=_("Please report this to the people who make the package."),
)
UNREADABLE = Finding(
    "D005",
    Severity.UNKNOWN,
    _("The database of the site could not be read: {error}"),
    mend="manage.py migrate",
)
FINDINGS = (UNREACHED, MISCONFIGURED, REFUSED, BROKEN, UNREADABLE)


@dataclass(frozen=True, slots=True)
class Examined:
    """A topic and what was found."""

    topic: Topic
    found: tuple[Found, ...]

    @property
    def severity(self) -> Severity:
        """The worst of what was found."""
        order = list(Severity)
        return max((found.severity for found in self.found), key=order.index, default=Severity.FINE)


@dataclass(frozen=True, slots=True)
class Examination:
    """All topics and what was found."""

    topics: tuple[Examined, ...]

    @property
    def severity(self) -> Severity:
        """The worst of all."""
        order = list(Severity)
        return max((examined.severity for examined in self.topics), key=order.index, default=Severity.FINE)


def examine(
    patient: Patient, topics: Iterable[Topic], *, on_topic: Callable[[Examined], None] | None = None
) -> Examination:
    """Run the probes of some topics.

    Args:
        patient: what is looked at.
        topics: the topics, in the order in which they are run.
        on_topic: is told each topic as soon as it is done.
    """
    done = []
    for topic in topics:
        examined = Examined(topic, tuple(_probed(topic, patient)))
        done.append(examined)
        if on_topic is not None:
            on_topic(examined)
    return Examination(tuple(done))


def _probed(topic: Topic, patient: Patient) -> list[Found]:
    found: list[Found] = []
    try:
        for each in topic.probe(patient):
            found.append(each)  # noqa: PERF402 - what was found before a failure stays
    except Exception as error:  # noqa: BLE001 - it is logged there, where nobody expected it
        found.append(of_failure(error, topic.name))
    return found


def of_failure(error: Exception, probe: str) -> Found:
    """What a failure tells, as a finding; one that nobody expected is logged.

    Args:
        error: what a probe raised.
        probe: its name, for the log.
    """
    match error:
        case rest.Refused():
            return REFUSED.seen(reason=error)
        case rest.RocketChatError():
            return UNREACHED.seen(reason=error)
        case ImproperlyConfigured():
            return MISCONFIGURED.seen(reason=error)
        case OperationalError() | ProgrammingError():
            return UNREADABLE.seen(error=error)
    logger.error("The probe %s failed", probe, exc_info=error)
    return BROKEN.seen(error=type(error).__name__)
