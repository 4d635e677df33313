"""Each probe runs by itself, and what it can't help is a finding too."""

from collections.abc import Iterator

import pytest
from django.db import OperationalError, ProgrammingError

from rocketchat_auth import rest
from rocketchat_auth.conf import Problem, SettingError
from rocketchat_auth.doctor import Finding, Found, Patient, Severity, Topic, examine
from rocketchat_auth.doctor.examination import Examined

HARMLESS = Finding("X1", Severity.WARNING, "Something is {how}.", "It may hurt.", "Mend what is {how}.")


def topic(name: str, *found: Found, error: Exception | None = None) -> Topic:
    def probe(patient: Patient) -> Iterator[Found]:
        yield from found
        if error is not None:
            raise error

    return Topic(name, name.title(), (HARMLESS,), probe, "All is well.")


def test_what_is_found_is_put_into_words() -> None:
    found = HARMLESS.seen(how="odd")

    assert (found.number, found.severity, found.why) == ("X1", Severity.WARNING, "It may hurt.")
    assert (found.text, found.mend) == ("Something is odd.", "Mend what is odd.")


def test_words_without_values_keep_their_braces() -> None:
    assert Finding("X2", Severity.FINE, 'Type {"a": 1}.').seen().text == 'Type {"a": 1}.'


@pytest.mark.parametrize(
    "error,number",
    [
        (rest.Unreachable("No connection."), "D001"),
        (SettingError(Problem.URL_MISSING), "D002"),
        (rest.PermissionRefused("no", status=403), "D003"),
        (ZeroDivisionError("a secret"), "D004"),
        (OperationalError("no such table: auth_user"), "D005"),
        (ProgrammingError("relation auth_user does not exist"), "D005"),
    ],
)
def test_a_probe_that_fails_stops_no_other_and_keeps_what_it_found(error: Exception, number: str) -> None:
    examination = examine(Patient(), [topic("first", HARMLESS.seen(how="odd"), error=error), topic("second")])

    first, second = examination.topics
    assert [found.number for found in first.found] == ["X1", number]
    assert first.found[1].severity is Severity.UNKNOWN
    assert "secret" not in first.found[1].text
    assert second.found == ()


def test_topics_are_told_as_soon_as_they_are_done() -> None:
    told: list[Examined] = []

    examination = examine(Patient(), [topic("first"), topic("second")], on_topic=told.append)

    assert told == list(examination.topics)


def test_the_worst_counts() -> None:
    problem = Finding("X3", Severity.PROBLEM, "It is broken.").seen()

    examination = examine(Patient(), [topic("first", problem, HARMLESS.seen(how="odd")), topic("second")])

    assert [examined.severity for examined in examination.topics] == [Severity.PROBLEM, Severity.FINE]
    assert examination.severity is Severity.PROBLEM
    assert examine(Patient(), []).severity is Severity.FINE
