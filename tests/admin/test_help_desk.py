"""The chat help desk."""

import re
from collections.abc import Callable
from html import unescape
from typing import Any

import httpx2
import pytest
from django.contrib.auth.models import User
from django.test import Client

from rocketchat_auth.admin import help_desk
from rocketchat_auth.doctor import Finding, Found, Patient, Severity, Topic, topics
from rocketchat_auth.doctor.topics import site_api, users
from rocketchat_auth.models import Account
from rocketchat_auth.testing import StandIn
from tests.admin.conftest import LIST, Linked, log

DESK = f"{LIST}help-desk/"

SEEN = {
    severity: Finding(f"D99{number}", severity, f"It is {severity}", "It matters", "Mend it").seen()
    for number, severity in enumerate(Severity)
}


def topic(name: str, *found: Found) -> Topic:
    return Topic(name, f"About {name}", (), lambda patient: found, f"{name} is fine")


@pytest.fixture
def examined(monkeypatch: pytest.MonkeyPatch) -> Callable[..., None]:
    """Lets the doctor know these topics alone."""
    return lambda *known: monkeypatch.setattr(topics, "ALL", known)


@pytest.fixture
def patients(monkeypatch: pytest.MonkeyPatch) -> list[Patient]:
    """Whoever is examined from here on, by a network that leads nowhere."""
    seen: list[Patient] = []

    def fail(request: httpx2.Request) -> httpx2.Response:
        raise httpx2.ConnectError("no way")

    def new(site: str) -> Patient:
        seen.append(Patient(site, browser=httpx2.MockTransport(fail), look_up=lambda host: []))
        return seen[-1]

    monkeypatch.setattr(help_desk, "Patient", new)
    return seen


def text_of(answer: Any) -> str:
    assert answer.status_code == 200
    return " ".join(unescape(re.sub(r"<[^>]+>", " ", answer.text)).split())


class TestWhoMayUseIt:
    def test_staff_with_the_permission_may(self, helper: Callable[..., Client]) -> None:
        page = text_of(helper("use_help_desk").get(DESK))

        assert "Chat help desk" in page

    @pytest.mark.parametrize("permissions", [(), ("view_account", "sync_account")])
    def test_other_staff_may_not(self, helper: Callable[..., Client], permissions: tuple[str, ...]) -> None:
        client = helper(*permissions)

        assert client.get(DESK).status_code == 403
        assert client.post(DESK, {"user": "ada"}).status_code == 403

    def test_who_is_not_staff_is_asked_to_sign_in(self, client: Client, db: None) -> None:
        assert client.get(DESK).status_code == 302

    def test_it_is_protected_against_forged_requests(self, admin_user: User) -> None:
        client = Client(enforce_csrf_checks=True)
        client.force_login(admin_user)

        assert client.post(DESK).status_code == 403

    @pytest.mark.parametrize(
        "permissions, shown", [(["view_account", "use_help_desk"], True), (["view_account"], False)]
    )
    def test_the_list_leads_there_whoever_may(
        self, helper: Callable[..., Client], permissions: list[str], shown: bool
    ) -> None:
        assert (f'href="{DESK}"' in helper(*permissions).get(LIST).text) is shown

    @pytest.mark.parametrize(
        "permissions, shown", [(["view_account", "use_help_desk"], True), (["use_help_desk"], False)]
    )
    def test_it_leads_back_to_the_list_whoever_may_see_that(
        self, helper: Callable[..., Client], permissions: list[str], shown: bool
    ) -> None:
        assert (f'<a href="{LIST}">Chat accounts' in helper(*permissions).get(DESK).text) is shown


class TestBeforeAButtonIsPressed:
    def test_nothing_is_asked(
        self, admin_client: Client, rocketchat: StandIn, patients: list[Patient], examined: Callable[..., None]
    ) -> None:
        examined(topic("nothing", SEEN[Severity.PROBLEM]))

        page = text_of(admin_client.get(f"{DESK}?user=ada"))

        assert "It is problem" not in page
        assert (rocketchat.calls, patients) == ([], [])

    def test_the_name_may_be_given_in_the_address(self, admin_client: Client) -> None:
        assert 'value="ada&lt;"' in admin_client.get(DESK, {"user": "ada<"}).text


class TestExamining:
    def test_shows_each_finding_with_why_and_mend(self, admin_client: Client, examined: Callable[..., None]) -> None:
        examined(topic("settings"), topic("frames", SEEN[Severity.WARNING], SEEN[Severity.PROBLEM]))

        page = text_of(admin_client.post(DESK))

        assert "✓ About settings Fine settings is fine" in page
        assert "✗ About frames Problem It is warning D992 It matters To do: Mend it It is problem D993" in page
        assert "frames is fine" not in page

    @pytest.mark.parametrize(
        "found, verdict",
        [
            ([], "Nothing wrong was found."),
            ([SEEN[Severity.WARNING]], "Topics with a problem: 0; with a warning: 1; not known: 0."),
            ([SEEN[Severity.PROBLEM]], "Topics with a problem: 1; with a warning: 0; not known: 0."),
            ([SEEN[Severity.UNKNOWN]], "Topics with a problem: 0; with a warning: 0; not known: 1."),
        ],
    )
    def test_says_what_it_comes_to(
        self, admin_client: Client, examined: Callable[..., None], found: list[Found], verdict: str
    ) -> None:
        examined(topic("settings"), topic("frames", *found))

        assert verdict in text_of(admin_client.post(DESK))

    def test_knows_all_topics(self, admin_client: Client, rocketchat: StandIn, patients: list[Patient]) -> None:
        page = text_of(admin_client.post(DESK))

        assert [str(each.title) for each in topics.ALL if str(each.title) not in page] == []

    def test_works_while_chat_is_down(
        self, admin_client: Client, rocketchat: StandIn, patients: list[Patient], examined: Callable[..., None]
    ) -> None:
        examined(users.TOPIC, site_api.TOPIC)
        rocketchat.fail_with("drop")

        page = text_of(admin_client.post(DESK))

        assert "D001" in page
        assert "D202" in page

    @pytest.mark.parametrize(
        "headers, site",
        [
            ({}, "http://testserver"),
            ({"Origin": "https://www.example.com"}, "https://www.example.com"),
            ({"Origin": "null"}, "http://testserver"),
        ],
    )
    def test_takes_the_site_to_be_where_the_browser_is(
        self,
        admin_client: Client,
        patients: list[Patient],
        examined: Callable[..., None],
        headers: dict[str, str],
        site: str,
    ) -> None:
        examined()

        admin_client.post(DESK, headers=headers)

        assert [patient.site for patient in patients] == [site]


class TestFollowing:
    def test_shows_each_step(self, admin_client: Client, linked: Linked) -> None:
        linked("ada")

        page = text_of(admin_client.post(DESK, {"user": " ada "}))

        assert "ada gets into chat." in page
        assert "✓ E-mail address Fine ada@example.com" in page
        assert "✓ A new chat login Fine" in page

    def test_says_where_the_person_stops(self, admin_client: Client, linked: Linked) -> None:
        linked("ada")
        User.objects.filter(username="ada").update(is_active=False)

        page = text_of(admin_client.post(DESK, {"user": "ada"}))

        assert "ada stops at “Active on the site”." in page
        assert "D242" in page
        assert "May chat" not in page

    def test_says_so_of_a_name_that_nobody_has(self, admin_client: Client) -> None:
        page = text_of(admin_client.post(DESK, {"user": "<nobody>"}))

        assert "<nobody> stops at “User”." in page

    def test_works_while_chat_is_down(self, admin_client: Client, linked: Linked, rocketchat: StandIn) -> None:
        linked("ada")
        rocketchat.fail_with("timeout")

        page = text_of(admin_client.post(DESK, {"user": "ada"}))

        assert "ada stops at “Account in chat”." in page
        assert "✓ May chat Fine" in page

    def test_shows_no_token(self, admin_client: Client, linked: Linked, rocketchat: StandIn) -> None:
        linked("ada")

        page = admin_client.post(DESK, {"user": "ada"}).text

        assert rocketchat.admin.auth_token not in page
        assert "loginToken" not in page

    def test_is_kept_in_the_log_of_the_account(self, admin_client: Client, linked: Linked) -> None:
        account = linked("ada")

        admin_client.post(DESK, {"user": "ada"})

        assert log() == [("ada", f"Chat help desk (ada, {account.rocketchat_id}): followed into chat")]

    def test_of_who_has_no_account_yet_leaves_no_entry(self, admin_client: Client, rocketchat: StandIn) -> None:
        User.objects.create_user("bob", "bob@example.com")

        page = text_of(admin_client.post(DESK, {"user": "bob"}))

        assert "The next sign-in makes the account bob." in page
        assert (log(), Account.objects.count()) == ([], 0)
