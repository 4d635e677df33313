"""What `manage.py rocketchat doctor` shows, and its exit status."""

import json
import re
from collections.abc import Iterator

import pytest
from pytest_django import Settings

from rocketchat_auth.doctor import Examination, Finding, Found, Patient, Severity, Topic
from rocketchat_auth.doctor.examination import Examined
from rocketchat_auth.management.commands.rocketchat import Command
from rocketchat_auth.management.rocketchat import doctor
from rocketchat_auth.testing import StandIn
from tests.management.conftest import Run

SITE = "https://www.example.com"
WARNING = Finding("X1", Severity.WARNING, "The roof leaks.", "People get wet.", "Mend the roof.")
PROBLEM = Finding("X2", Severity.PROBLEM, "The door of {house} is shut.", "Nobody gets in.", "Open it:\nopen {house}")
UNKNOWN = Finding("X3", Severity.UNKNOWN, "The cellar is dark.", mend="Bring a lamp.")
NOTE = Finding("X4", Severity.FINE, "There is a cat.")

Asked = list[tuple[str, Patient]]


@pytest.fixture
def asked(monkeypatch: pytest.MonkeyPatch) -> Asked:
    """Topics of the test's own in place of the real ones; which were looked at, and what with."""
    asked: Asked = []

    def topic(name: str, *found: Found) -> Topic:
        def probe(patient: Patient) -> Iterator[Found]:
            asked.append((name, patient))
            yield from found

        return Topic(name, f"The {name}", (), probe, f"The {name} is good.")

    topics = (
        topic("cellar"),
        topic("cat", NOTE.seen()),
        topic("roof", WARNING.seen()),
        topic("door", PROBLEM.seen(house="No. 7")),
        topic("lamp", UNKNOWN.seen()),
    )
    monkeypatch.setattr(doctor, "ALL", topics)
    return asked


class TestExitStatus:
    @pytest.mark.parametrize(
        "topics,status",
        [
            (["cellar"], 0),
            (["cat"], 0),
            (["roof"], 3),
            (["lamp"], 3),
            (["door"], 1),
            (["cellar", "roof", "door"], 1),
            ([], 1),
        ],
    )
    @pytest.mark.parametrize("form", ["table", "json"])
    def test_tells_the_worst(self, asked: Asked, run: Run, topics: list[str], status: int, form: str) -> None:
        only = [part for topic in topics for part in ("--only", topic)]

        assert run("doctor", "--format", form, *only).status == status

    @pytest.mark.parametrize(
        "wrong",
        [["--only", "chimney"], ["--site", "www.example.com"], ["--site", f"{SITE}/?a"], ["--site", "https://"]],
    )
    def test_tells_of_a_wrong_option(self, asked: Asked, run: Run, wrong: list[str]) -> None:
        assert run("doctor", *wrong).error
        assert asked == []

    def test_tells_of_an_interrupt(self, asked: Asked, run: Run, monkeypatch: pytest.MonkeyPatch) -> None:
        def interrupted(*args: object, **kwargs: object) -> None:
            raise KeyboardInterrupt

        monkeypatch.setattr(doctor, "examine", interrupted)

        ran = run("doctor")

        assert ran.status == 130
        assert "Interrupted." in ran.notes


class TestOptions:
    def test_all_topics_are_looked_at_in_their_order(self, asked: Asked, run: Run) -> None:
        run("doctor")

        assert [name for name, _ in asked] == ["cellar", "cat", "roof", "door", "lamp"]

    def test_topics_can_be_named(self, asked: Asked, run: Run) -> None:
        run("doctor", "--only", "lamp", "--only", "roof")

        assert [name for name, _ in asked] == ["roof", "lamp"]

    @pytest.mark.parametrize(
        "given,site",
        [([], ""), (["--site", SITE], SITE), (["--site", f"{SITE}/"], SITE), (["--site", f"{SITE}/a/"], f"{SITE}/a")],
    )
    def test_the_site_is_told(self, asked: Asked, run: Run, given: list[str], site: str) -> None:
        run("doctor", *given)

        assert {patient.site for _, patient in asked} == {site}


class TestTable:
    def test_has_a_heading_a_mark_and_words_for_each_topic(self, asked: Asked, run: Run) -> None:
        lines = run("doctor").out.splitlines()

        assert lines[:3] == ["The cellar", "  fine     The cellar is good.", ""]
        assert lines[3:6] == ["The cat", "  fine     X4  There is a cat.", ""]
        assert lines[6:11] == [
            "The roof",
            "  warning  X1  The roof leaks.",
            "           People get wet.",
            "           Mend: Mend the roof.",
            "",
        ]
        assert lines[11:17] == [
            "The door",
            "  problem  X2  The door of No. 7 is shut.",
            "           Nobody gets in.",
            "           Mend: Open it:",
            "           open No. 7",
            "",
        ]

    def test_ends_with_how_many_there_are(self, asked: Asked, run: Run) -> None:
        assert run("doctor").out.splitlines()[-1] == "1 problem, 1 warning, 1 not looked at."
        assert run("doctor", "--only", "cellar").out.splitlines()[-1] == "Nothing is wrong."

    def test_fits_a_terminal(self, asked: Asked, run: Run, monkeypatch: pytest.MonkeyPatch) -> None:
        monkeypatch.setenv("COLUMNS", "40")
        long = Finding("X5", Severity.PROBLEM, "word " * 30, "why " * 30, f"type {'x' * 100}").seen()
        monkeypatch.setattr(doctor, "ALL", (Topic("a", "A", (), lambda patient: [long], "Good."),))

        lines = re.sub("\x1b\\[[0-9;]*m", "", run("doctor", answer="").out).splitlines()

        assert max(map(len, lines)) <= 40
        assert sum(line.count("word") for line in lines) == 30
        assert sum(line.count("x") for line in lines) == 100

    def test_shows_what_would_move_the_cursor_escaped(
        self, asked: Asked, run: Run, monkeypatch: pytest.MonkeyPatch
    ) -> None:
        evil = Finding("X5", Severity.PROBLEM, "It is {name}.").seen(name="\x1b[2J")
        monkeypatch.setattr(doctor, "ALL", (Topic("a", "A", (), lambda patient: [evil], "Good."),))

        for answer in (None, ""):
            assert "\\x1b[2J" in run("doctor", answer=answer).out


def test_json_has_a_line_for_each_finding_and_each_topic_without(asked: Asked, run: Run) -> None:
    lines = [json.loads(line) for line in run("doctor", "--format", "json").out.splitlines()]

    assert [line["topic"] for line in lines] == ["cellar", "cat", "roof", "door", "lamp"]
    assert lines[0] == {
        "topic": "cellar",
        "severity": "fine",
        "id": "",
        "text": "The cellar is good.",
        "why": "",
        "mend": "",
    }
    assert lines[3] == {
        "topic": "door",
        "severity": "problem",
        "id": "X2",
        "text": "The door of No. 7 is shut.",
        "why": "Nobody gets in.",
        "mend": "Open it:\nopen No. 7",
    }


class TestOnePerson:
    @pytest.fixture
    def _follows(self, monkeypatch: pytest.MonkeyPatch) -> None:
        def follow(patient: Patient, username: str) -> Examination:
            topic = Topic("steps", f"The way of {username}", (), lambda patient: (), "It leads into chat.")
            return Examination((Examined(topic, (WARNING.seen(),)),))

        monkeypatch.setattr(doctor, "follow", follow)

    @pytest.mark.usefixtures("_follows")
    def test_is_followed_in_place_of_all_topics(self, asked: Asked, run: Run) -> None:
        ran = run("doctor", "--user", "alice")

        assert ran.status == 3
        assert ran.out.splitlines()[0] == "The way of alice"
        assert asked == []

    def test_can_not_be_followed_through_one_topic(self, asked: Asked, run: Run) -> None:
        assert "not allowed with" in run("doctor", "--user", "alice", "--only", "roof").error


def test_an_error_of_the_system_checks_is_shown_and_ends_nothing(
    asked: Asked, settings: Settings, capsys: pytest.CaptureFixture[str]
) -> None:
    settings.ROCKETCHAT_URL = "chat.example.com"

    with pytest.raises(SystemExit) as ended:
        Command().run_from_argv(["manage.py", "rocketchat", "doctor"])

    assert ended.value.code == 1
    assert "The cellar is good." in capsys.readouterr().out


def test_other_tasks_still_run_the_checks_first(settings: Settings, capsys: pytest.CaptureFixture[str]) -> None:
    settings.ROCKETCHAT_URL = "chat.example.com"

    with pytest.raises(SystemExit):
        Command().run_from_argv(["manage.py", "rocketchat", "sweep"])

    assert "rocketchat_auth.E004" in capsys.readouterr().err


@pytest.mark.django_db
@pytest.mark.parametrize("stand_in", ["9.0"], indirect=True)
def test_a_set_up_that_is_right_is_found_to_be(
    rocketchat: StandIn, run: Run, settings: Settings, redis_url: str
) -> None:
    rocketchat.settings.update(
        Accounts_iframe_enabled=True,
        Accounts_iframe_url=f"{SITE}/login/?next=/rocketchat/redirect",
        Accounts_Iframe_api_url=f"{SITE}/rocketchat/api",
    )
    settings.CACHES = {
        "default": {"BACKEND": "django.core.cache.backends.redis.RedisCache", "LOCATION": redis_url},
    }
    half = ["settings", "connection", "version", "service_account", "token_source", "mongo", "iframe_settings"]
    only = [part for topic in [*half, "background"] for part in ("--only", topic)]

    ran = run("doctor", "--site", SITE, *only)

    assert (ran.status, ran.notes) == (0, "")
    assert ran.out.splitlines()[-1] == "Nothing is wrong."


def test_nothing_is_found_to_be_right_without_settings(run: Run, settings: Settings) -> None:
    settings.ROCKETCHAT_URL = ""

    ran = run("doctor", "--only", "settings", "--only", "connection")

    assert ran.status == 1
    assert "rocketchat_auth.E001" in ran.out
    assert "D002" in ran.out
