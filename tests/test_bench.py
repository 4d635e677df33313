"""The benchmark's own sums; what a call may cost in queries and calls is seen in tests/login and tests/web."""

import shutil
from pathlib import Path

import pytest
from django.contrib.auth.models import User
from django.contrib.sessions.models import Session

from bench import cases, people
from bench.cases import Case, Workbench
from bench.load import Measured, NotMeasured, Request, check_installed
from bench.run import GOALS
from bench.table import Goal, figures, goals
from rocketchat_auth.models import Account
from rocketchat_auth.testing import StandIn

RESULTS = {
    "floor": [Measured(100, 100.0, 1.0, 2.0), Measured(200, 200.0, 1.0, 2.0), Measured(300, 300.0, 4.0, 2.0)],
    "ours": [Measured(90, 90.0, 2.0, 9.0), Measured(190, 190.0, 2.5, 9.0), Measured(210, 210.0, 3.0, 9.0)],
}


def test_goals_compare_round_by_round() -> None:
    assert Goal("ours", "floor", share=0.9).outcome(RESULTS) == (True, "0.90")
    assert Goal("ours", "floor", share=0.95).outcome(RESULTS) == (False, "0.90")
    assert Goal("ours", "floor", milliseconds=1.0).outcome(RESULTS) == (True, "+1.00 ms")
    assert Goal("ours", "floor", milliseconds=0.5).outcome(RESULTS) == (False, "+1.00 ms")


def test_the_table_has_medians_and_says_which_goals_are_missed() -> None:
    assert figures(RESULTS).splitlines()[2].split() == ["ours", "190", "2.50", "9.00"]
    said = goals(RESULTS, [Goal("ours", "floor", share=0.9), Goal("ours", "floor", milliseconds=0.5)])
    assert [line.split()[0] for line in said.splitlines()] == ["reached", "MISSED"]


def test_there_is_a_goal_for_every_kind_of_call() -> None:
    cases = [goal.case for goal in GOALS]

    assert cases == ["repeat call of a session", "first call, mongo", "first call, create_token"]


def test_repeat_calls_are_those_of_a_session_signed_in_just_before(
    monkeypatch: pytest.MonkeyPatch, tmp_path: Path
) -> None:
    sent: list[list[str]] = []

    def send(requests: list[Request], **_: object) -> Measured:
        sent.append([request.cookies for request in requests])
        return Measured(100, 100.0, 1.0, 2.0)

    monkeypatch.setattr(cases, "send", send)
    monkeypatch.setattr(cases, "sign_in", lambda url, path, *, session, origin: f"sessionid={session}; former=it")
    monkeypatch.setattr(cases, "AFTERMATH", 0)
    bench = Workbench(tmp_path, tmp_path / "site.sqlite3", StandIn("8.4"), "http://chat", [], iter(["first", "second"]))

    for _ in range(2):
        bench.run(Case("repeat", "http://site"), seconds=4, prepared=10)

    assert sent == [["sessionid=first; former=it"], ["sessionid=second; former=it"]]


def test_without_wrk_it_says_what_to_install(monkeypatch: pytest.MonkeyPatch, tmp_path: Path) -> None:
    monkeypatch.setenv("PATH", str(tmp_path))
    assert shutil.which("wrk") is None

    with pytest.raises(NotMeasured, match="apt install wrk"):
        check_installed()


@pytest.mark.django_db
def test_the_people_it_makes_are_signed_in_and_linked() -> None:
    made = people.make(2, 5)

    assert made.rocketchat_ids == [account.rocketchat_id for account in Account.objects.order_by("pk")]
    assert len(set(made.sessions)) == Session.objects.count() == 5
    signed_in = Session.objects.get(session_key=made.sessions[3]).get_decoded()["_auth_user_id"]
    assert User.objects.get(pk=signed_in).username == "reader1"
