"""Syncing from the list."""

import pytest
from django.contrib.auth.models import User
from django.test import Client
from pytest_django import Settings

from rocketchat_auth.models import Account
from rocketchat_auth.testing import StandIn
from tests.admin.conftest import Linked, act, log, messages_of
from tests.chat import set_active


def test_brings_an_account_up_to_date_and_says_with_what(
    rocketchat: StandIn, linked: Linked, admin_client: Client
) -> None:
    account = linked("ada")
    User.objects.filter(username="ada").update(first_name="Countess")

    answer = act(admin_client, "sync_now", account)

    assert rocketchat.user("ada")["name"] == "Countess"
    assert messages_of(answer) == [("success", "1 account was brought up to date.")]
    assert log() == [("ada", f"Sync now (ada, {account.rocketchat_id}): update name")]


def test_says_where_nothing_was_to_be_done(linked: Linked, admin_client: Client) -> None:
    ada, bob = linked("ada"), linked("bob")

    answer = act(admin_client, "sync_now", ada, bob)

    assert messages_of(answer) == [("success", "2 accounts were up to date.")]
    assert [words.rpartition(": ")[2] for _about, words in log()] == ["nothing to change"] * 2


def test_ends_the_account_of_a_deleted_user(rocketchat: StandIn, linked: Linked, admin_client: Client) -> None:
    account = linked("ada")
    User.objects.get(username="ada").delete()

    answer = act(admin_client, "sync_now", account)

    assert messages_of(answer) == [("success", "1 account was brought up to date.")]
    assert rocketchat.user("ada")["active"] is False
    assert log() == [("ada", f"Sync now (ada, {account.rocketchat_id}): deactivate")]


def test_revives_the_account_of_one_who_may_chat(rocketchat: StandIn, linked: Linked, admin_client: Client) -> None:
    account = linked("ada")
    set_active(rocketchat, "ada", active=False)
    Account.objects.update(state=Account.State.DEACTIVATED)

    act(admin_client, "sync_now", account)

    assert rocketchat.user("ada")["active"] is True
    assert log() == [("ada", f"Sync now (ada, {account.rocketchat_id}): revive")]


def test_tells_a_conflict_with_its_reason(rocketchat: StandIn, admin_client: Client) -> None:
    rocketchat.add_user("ada", email="another.ada@example.org")
    account = Account.objects.create(user=User.objects.create_user("ada", "ada@example.com"))

    [(kind, words)] = messages_of(act(admin_client, "sync_now", account))

    assert kind == "error"
    assert words.startswith("Not done for ada: ")
    account.refresh_from_db()
    assert account.reason
    assert account.reason in words
    assert log() == [(str(account), f"Sync now: {account.reason}")]


def test_tells_while_chat_is_down(rocketchat: StandIn, linked: Linked, admin_client: Client) -> None:
    account = linked("ada")
    rocketchat.fail_with(500)

    answer = act(admin_client, "sync_now", account)

    assert answer.status_code == 200
    assert [kind for kind, _words in messages_of(answer)] == ["error"]
    assert Account.objects.get().failed_at is not None


@pytest.mark.parametrize("name", ["ROCKETCHAT_URL", "ROCKETCHAT_ADAPTER"])
def test_tells_which_setting_is_wrong(name: str, linked: Linked, admin_client: Client, settings: Settings) -> None:
    account = linked("ada")
    setattr(settings, name, 7)

    answer = act(admin_client, "sync_now", account)

    assert answer.status_code == 200
    assert messages_of(answer)[0][0] == "error"
    assert name in messages_of(answer)[0][1]
