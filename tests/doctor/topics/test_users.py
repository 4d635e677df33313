"""The site's users, and what becomes of them in chat."""

import pytest
from django.contrib.auth.models import User
from pytest_django import Settings

from rocketchat_auth.accounts.provisioning import account_for
from rocketchat_auth.doctor import Found, examine
from rocketchat_auth.doctor.topics import users
from rocketchat_auth.doctor.topics.users import TOPIC
from rocketchat_auth.models import Account
from rocketchat_auth.testing import StandIn
from tests.chat import set_active
from tests.doctor.conftest import Site


def add(username: str, email: str | None = None) -> User:
    return User.objects.create_user(username, f"{username}@example.com" if email is None else email)


def linked(username: str) -> User:
    user = add(username)
    account_for(user)
    return user


def only(found: list[Found]) -> tuple[str, str, str]:
    [one] = found
    return one.number, one.severity.value, one.text


def test_a_site_whose_users_are_in_order_is_fine(site: Site, rocketchat: StandIn) -> None:
    linked("ada")
    add("bob")
    User.objects.create_user("gone", is_active=False)

    assert site.examine(TOPIC) == []


class TestUsersWithoutAnAddress:
    def test_are_counted(self, site: Site, rocketchat: StandIn) -> None:
        add("ada", "")
        add("bob", "")

        assert only(site.examine(TOPIC)) == (
            "D231",
            "problem",
            "Users who may chat and have no e-mail address: 2 (ada, bob).",
        )

    def test_may_be_given_one_below_a_domain(self, site: Site, rocketchat: StandIn, settings: Settings) -> None:
        settings.ROCKETCHAT_PLACEHOLDER_EMAIL_DOMAIN = "users.example.com"
        add("ada", "")

        assert site.examine(TOPIC) == []

    def test_need_none_for_an_account_that_is_there(self, site: Site, rocketchat: StandIn) -> None:
        User.objects.filter(pk=linked("ada").pk).update(email="")

        assert site.examine(TOPIC) == []

    def test_are_left_alone_where_they_may_not_chat(self, site: Site, rocketchat: StandIn) -> None:
        User.objects.create_user("ada", is_active=False)

        assert site.examine(TOPIC) == []

    def test_are_named_up_to_three(self, site: Site, rocketchat: StandIn) -> None:
        for number in range(4):
            add(f"user{number}", "")

        assert only(site.examine(TOPIC))[2].endswith(": 4 (user0, user1, user2, …).")


def test_an_address_that_two_have_is_found(site: Site, rocketchat: StandIn) -> None:
    add("ada", "Both@example.com")
    add("bob", "both@EXAMPLE.com")

    number, severity, text = only(site.examine(TOPIC))

    assert (number, severity) == ("D232", "problem")
    assert text.endswith(": 1 (bob).")
    assert "both" not in text.lower()


class TestNames:
    def test_that_the_workspace_refuses_are_found(self, site: Site, rocketchat: StandIn) -> None:
        add("ada@home", "ada@example.com")

        number, severity, text = only(site.examine(TOPIC))

        assert (number, severity) == ("D233", "warning")
        assert text.endswith(": 1 (ada@home).")

    def test_that_the_workspace_blocks_are_found(self, site: Site, rocketchat: StandIn) -> None:
        add("system")

        assert site.numbers(TOPIC) == ["D233"]

    def test_that_the_workspace_was_told_to_take_are_fine(self, site: Site, rocketchat: StandIn) -> None:
        rocketchat.settings["UTF8_User_Names_Validation"] = "[0-9a-zA-Z-_.@]+"
        add("ada@home", "ada@example.com")

        assert site.examine(TOPIC) == []

    def test_are_those_of_the_adapter(self, site: Site, rocketchat: StandIn, settings: Settings) -> None:
        settings.ROCKETCHAT_ADAPTER = "tests.adapters.GivenNames"
        add("ada")

        assert site.numbers(TOPIC) == ["D233"]


def test_conflicts_are_found(site: Site, rocketchat: StandIn) -> None:
    Account.objects.create(user=add("ada"), state=Account.State.CONFLICT, reason="two of that name")

    number, severity, text = only(site.examine(TOPIC))

    assert (number, severity) == ("D234", "problem")
    assert text.endswith(": 1 (ada).")


class TestAccountsInTheWay:
    def test_are_found_by_name(self, site: Site, rocketchat: StandIn) -> None:
        rocketchat.add_user("ada", email="another@example.com")
        add("ada")

        number, severity, text = only(site.examine(TOPIC))

        assert (number, severity) == ("D239", "problem")
        assert text.endswith(": 1 (ada).")

    def test_are_found_by_address(self, site: Site, rocketchat: StandIn) -> None:
        rocketchat.add_user("lovelace", email="ADA@example.com")
        add("ada")

        assert site.numbers(TOPIC) == ["D239"]

    def test_may_be_given_to_the_user_by_the_rule(self, site: Site, rocketchat: StandIn, settings: Settings) -> None:
        settings.ROCKETCHAT_LINK_EXISTING = "username"
        rocketchat.add_user("ada")
        add("ada")

        assert site.examine(TOPIC) == []


class TestAccounts:
    def test_that_somebody_deactivated_in_chat_are_found(self, site: Site, rocketchat: StandIn) -> None:
        linked("ada")
        set_active(rocketchat, "ada", active=False)

        number, severity, text = only(site.examine(TOPIC))

        assert (number, severity) == ("D235", "problem")
        assert text.endswith(": 1 (ada).")

    def test_that_the_site_deactivated_come_back_by_themselves(self, site: Site, rocketchat: StandIn) -> None:
        linked("ada")
        set_active(rocketchat, "ada", active=False)
        Account.objects.update(state=Account.State.DEACTIVATED)

        assert site.examine(TOPIC) == []

    def test_of_users_who_may_not_chat_any_more_are_found(self, site: Site, rocketchat: StandIn) -> None:
        User.objects.filter(pk=linked("ada").pk).update(is_active=False)

        number, severity, text = only(site.examine(TOPIC))

        assert (number, severity) == ("D236", "warning")
        assert text.endswith(": 1 (ada).")

    def test_of_deleted_users_are_found(self, site: Site, rocketchat: StandIn) -> None:
        User.objects.filter(pk=linked("ada").pk).delete()

        assert site.numbers(TOPIC) == ["D236"]

    def test_of_deleted_users_may_be_left_alone(self, site: Site, rocketchat: StandIn, settings: Settings) -> None:
        settings.ROCKETCHAT_ON_DELETE = "nothing"
        User.objects.filter(pk=linked("ada").pk).delete()

        assert site.examine(TOPIC) == []

    def test_that_are_inactive_on_both_sides_are_fine(self, site: Site, rocketchat: StandIn) -> None:
        User.objects.filter(pk=linked("ada").pk).update(is_active=False)
        set_active(rocketchat, "ada", active=False)

        assert site.examine(TOPIC) == []

    def test_that_were_deleted_in_chat_are_found(self, site: Site, rocketchat: StandIn) -> None:
        linked("ada")
        rocketchat.delete_user("ada")

        number, severity, text = only(site.examine(TOPIC))

        assert (number, severity) == ("D237", "warning")
        assert text.endswith(": 1 (ada).")


def test_an_adapter_that_fails_for_one_is_found_and_the_others_looked_at(
    site: Site, rocketchat: StandIn, settings: Settings, caplog: pytest.LogCaptureFixture
) -> None:
    settings.ROCKETCHAT_ADAPTER = "tests.adapters.UndecidedOnAlice"
    add("alice")
    add("bob", "")

    found = site.examine(TOPIC)

    assert [one.number for one in found] == ["D238", "D231"]
    assert found[0].text.endswith(": 1 (alice).")
    assert "ZeroDivisionError" in caplog.text


def test_what_the_site_alone_knows_is_told_while_chat_is_down(site: Site, rocketchat: StandIn) -> None:
    add("ada", "")
    rocketchat.fail_with("drop")

    [examined] = examine(site.patient, [TOPIC]).topics

    assert [found.number for found in examined.found] == ["D231", "D001"]


def test_a_service_account_that_sees_too_little_is_no_reason_to_call_all_fine(
    site: Site, rocketchat: StandIn, settings: Settings
) -> None:
    rocketchat.revoke("view-full-other-user-info")
    linked("ada")

    [examined] = examine(site.patient, [TOPIC]).topics

    assert [found.number for found in examined.found] == ["D003"]


def test_changes_nothing(site: Site, rocketchat: StandIn) -> None:
    linked("ada")
    add("bob")
    rocketchat.reset_calls()

    site.examine(TOPIC)

    assert {method for method, _ in rocketchat.calls} == {"GET"}
    assert Account.objects.count() == 1


def test_each_finding_has_an_id_of_its_own() -> None:
    numbers = [finding.number for finding in users.FINDINGS]

    assert numbers == [f"D{number}" for number in range(231, 240)]
