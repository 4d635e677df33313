"""What all tasks of `manage.py rocketchat` have in common."""

import io

import pytest
from django.contrib.auth.models import User
from django.core.management import call_command
from pytest_django import Settings

from rocketchat_auth.accounts.provisioning import account_for
from rocketchat_auth.management.commands.rocketchat import TASKS
from rocketchat_auth.testing import StandIn
from tests.management.conftest import Run, Terminal


@pytest.mark.parametrize("task", sorted(TASKS))
def test_every_task_has_help(task: str, capsys: pytest.CaptureFixture[str]) -> None:
    with pytest.raises(SystemExit) as ended:
        call_command("rocketchat", task, "--help")

    assert ended.value.code == 0
    assert f"rocketchat {task}" in capsys.readouterr().out


def test_a_task_has_to_be_named(db: None, run: Run) -> None:
    assert "task" in run().error


def coloured(**options: bool) -> bool:
    out = Terminal()
    with pytest.raises(SystemExit):
        call_command("rocketchat", "sync", "--dry-run", stdout=out, stderr=io.StringIO(), **options)
    return "\x1b[32m" in out.getvalue()


@pytest.fixture
def _terminal(monkeypatch: pytest.MonkeyPatch) -> None:
    monkeypatch.setenv("TERM", "xterm-256color")
    monkeypatch.delenv("NO_COLOR", raising=False)


@pytest.mark.usefixtures("_terminal", "alice", "rocketchat")
class TestColours:
    def test_are_for_terminals(self) -> None:
        assert coloured()

    def test_can_be_done_without(self, monkeypatch: pytest.MonkeyPatch) -> None:
        assert not coloured(no_color=True)
        monkeypatch.setenv("NO_COLOR", "1")
        assert not coloured()

    def test_can_be_forced_into_a_pipe_which_still_gets_everything(self) -> None:
        out = io.StringIO()
        with pytest.raises(SystemExit):
            call_command("rocketchat", "sync", "--dry-run", stdout=out, force_color=True)

        assert "\x1b[32m" in out.getvalue()


def test_a_name_in_letters_that_the_encoding_lacks_ends_no_sync(rocketchat: StandIn, alice: User) -> None:
    account_for(alice)
    alice.first_name = "Zoë 🎩"
    alice.save()
    written = io.BytesIO()
    out = io.TextIOWrapper(written, encoding="latin-1")

    with pytest.raises(SystemExit):
        call_command("rocketchat", "sync", "--dry-run", stdout=out)

    out.flush()
    assert "name: Alice -> Zoë \\U0001f3a9" in written.getvalue().decode("latin-1")


def test_names_that_look_like_markup_are_taken_as_they_are(rocketchat: StandIn, alice: User, run: Run) -> None:
    alice.first_name = "[bold]Al[/bold] :smile:"
    alice.save()

    assert "[bold]Al[ bold] :smile:, alice@example.com" in run("sync", "--dry-run").out


@pytest.mark.parametrize("place", ["before the task", "behind it"])
class TestOptionsOfEveryCommand:
    def arguments(self, place: str, *options: str) -> list[str]:
        return [*options, "sync", "--dry-run"] if place == "before the task" else ["sync", "--dry-run", *options]

    def test_no_verbosity_shows_nothing(self, rocketchat: StandIn, alice: User, run: Run, place: str) -> None:
        ran = run(*self.arguments(place, "--verbosity", "0"))

        assert (ran.status, ran.out, ran.notes) == (3, "", "")

    def test_no_verbosity_still_shows_what_a_program_asked_for(
        self, rocketchat: StandIn, alice: User, run: Run, place: str
    ) -> None:
        ran = run(*self.arguments(place, "-v0"), "--format", "json")

        assert ran.out.startswith('{"action": "create"')
        assert ran.notes == ""

    def test_others_are_taken(self, rocketchat: StandIn, alice: User, run: Run, place: str) -> None:
        ran = run(*self.arguments(place, "--no-color", "--traceback", "--settings", "tests.settings"))

        assert (ran.status, ran.error) == (3, "")


def test_no_verbosity_still_shows_what_went_wrong(rocketchat: StandIn, alice: User, run: Run) -> None:
    rocketchat.fail_with("drop")

    assert run("sync", "--yes", "-v0").error.startswith("Rocket.Chat does not answer")


@pytest.mark.parametrize("task", ["connect", "break-glass", "sweep"])
def test_only_tasks_for_a_site_that_is_not_set_up_yet_run_in_spite_of_errors(
    task: str, settings: Settings, db: None, rocketchat: StandIn, run: Run
) -> None:
    settings.ROCKETCHAT_READ_TIMEOUT = -1
    arguments = ["connect", "https://chat.example.com"] if task == "connect" else [task]

    ran = run(*arguments, checked=True)

    assert ("rocketchat_auth.E" in ran.error) is (task == "sweep")
