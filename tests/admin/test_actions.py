"""What the actions of the list do, what they say, and who may use them."""

from collections.abc import Callable

import pytest
from django.contrib.auth.models import User
from django.test import Client
from pytest_django import Settings

from rocketchat_auth.admin import actions
from rocketchat_auth.models import Account, LoginToken
from rocketchat_auth.rest import service
from rocketchat_auth.testing import StandIn
from tests.admin.conftest import LIST, Linked, act, confirm, log, messages_of
from tests.chat import LOGOUT_EVERYWHERE, delete

ACTIONS = {
    "sync_now": "sync_account",
    "sign_out_everywhere": "sign_out_account",
    "unlink": "unlink_account",
    "deactivate": "deactivate_account",
}
DOWN = "Rocket.Chat does not answer. Try again later."


class TestPermissions:
    @pytest.mark.parametrize("action, codename", ACTIONS.items())
    def test_each_action_is_offered_with_its_own_permission_alone(
        self, action: str, codename: str, linked: Linked, helper: Callable[..., Client]
    ) -> None:
        linked("ada")

        page = helper("view_account", codename).get(LIST).text

        assert [other for other in ACTIONS if f'value="{other}"' in page] == [action]

    @pytest.mark.parametrize("action", ACTIONS)
    def test_no_action_is_done_without_it(
        self, action: str, rocketchat: StandIn, linked: Linked, helper: Callable[..., Client]
    ) -> None:
        account = linked("ada")
        others = [codename for other, codename in ACTIONS.items() if other != action]

        confirm(helper("view_account", *others), action, account)

        assert Account.objects.get().is_linked
        assert rocketchat.calls == []
        assert log() == []

    def test_the_list_is_for_those_who_may_view_it(self, linked: Linked, helper: Callable[..., Client]) -> None:
        account = linked("ada")
        staff = helper(*ACTIONS.values())

        assert staff.get(LIST).status_code == 403
        assert act(staff, "sign_out_everywhere", account).status_code == 403


class TestSigningOut:
    def test_is_done_and_told_and_logged(self, rocketchat: StandIn, linked: Linked, admin_client: Client) -> None:
        account, other = linked("ada"), linked("bob")
        logins = rocketchat.log_in("ada"), rocketchat.log_in("bob")
        LoginToken.objects.create(session="hers", account=account, checked_at=service.now())

        answer = act(admin_client, "sign_out_everywhere", account)

        assert [rocketchat.is_alive(login) for login in logins] == [False, True]
        assert not LoginToken.objects.exists()
        assert messages_of(answer) == [
            (
                "success",
                "1 account was signed out of chat everywhere. Whoever is still signed in to this site gets in again.",
            )
        ]
        assert log() == [("ada", f"Sign out of chat everywhere (ada, {account.rocketchat_id}): done")]
        assert other.user is not None

    def test_of_several_counts_them(self, linked: Linked, admin_client: Client) -> None:
        answer = act(admin_client, "sign_out_everywhere", linked("ada"), linked("bob"))

        assert messages_of(answer)[0][1].startswith("2 accounts were signed out")
        assert len(log()) == 2

    def test_of_one_that_is_not_linked_is_refused(self, admin_client: Client, rocketchat: StandIn) -> None:
        account = Account.objects.create(user=User.objects.create_user("ada"))

        answer = act(admin_client, "sign_out_everywhere", account)

        assert messages_of(answer) == [("error", "Not done for ada: It is not linked to an account in Rocket.Chat.")]
        assert log() == [(str(account), "Sign out of chat everywhere: It is not linked to an account in Rocket.Chat.")]

    def test_while_chat_is_down_is_tried_once(self, rocketchat: StandIn, linked: Linked, admin_client: Client) -> None:
        accounts = linked("ada"), linked("bob"), linked("cleo")
        rocketchat.fail_with(500)

        answer = act(admin_client, "sign_out_everywhere", *accounts)

        assert answer.status_code == 200
        assert messages_of(answer) == [
            ("error", f"Not done for ada: {DOWN}"),
            ("warning", "2 more accounts were left as they are."),
        ]
        assert rocketchat.calls == [LOGOUT_EVERYWHERE]

    def test_of_the_last_one_while_chat_is_down_leaves_nobody_out(
        self, rocketchat: StandIn, linked: Linked, admin_client: Client
    ) -> None:
        account = linked("ada")
        rocketchat.fail_with(500)

        assert messages_of(act(admin_client, "sign_out_everywhere", account)) == [
            ("error", f"Not done for ada: {DOWN}")
        ]

    def test_without_the_permission_in_chat_names_it(
        self, rocketchat: StandIn, linked: Linked, admin_client: Client
    ) -> None:
        accounts = linked("ada"), linked("bob")
        rocketchat.users.update(rocketchat.admin.user_id, {"roles": ["user"]})

        [(kind, words), rest_of_them] = messages_of(act(admin_client, "sign_out_everywhere", *accounts))

        assert (kind, rest_of_them[0]) == ("error", "warning")
        assert "give one of its roles the permission logout-other-user" in words

    def test_with_a_setting_missing_says_which(self, linked: Linked, admin_client: Client, settings: Settings) -> None:
        account = linked("ada")
        settings.ROCKETCHAT_URL = ""

        [(kind, words)] = messages_of(act(admin_client, "sign_out_everywhere", account))

        assert kind == "error"
        assert "ROCKETCHAT_URL" in words


class TestUnlinking:
    def test_asks_first(self, linked: Linked, admin_client: Client) -> None:
        answer = act(admin_client, "unlink", linked("ada"))

        assert "Unlink chat accounts?" in answer.text
        assert "ada (ada)" in answer.text
        assert Account.objects.get().is_linked
        assert log() == []

    def test_is_done_and_told_and_logged(self, rocketchat: StandIn, linked: Linked, admin_client: Client) -> None:
        account = linked("ada")

        answer = confirm(admin_client, "unlink", account)

        assert messages_of(answer) == [("success", "1 account was unlinked.")]
        assert Account.objects.get().state == Account.State.PENDING
        assert rocketchat.user("ada")["active"] is True
        assert log() == [("ada", f"Unlink (ada, {account.rocketchat_id}): done")]

    def test_of_a_deleted_user_s_account_logs_what_is_gone(self, linked: Linked, admin_client: Client) -> None:
        account = linked("ada")
        assert account.user is not None
        account.user.delete()

        answer = confirm(admin_client, "unlink", account)

        assert messages_of(answer) == [("success", "1 account was unlinked.")]
        assert not Account.objects.exists()
        assert log() == [("ada", f"Unlink (ada, {account.rocketchat_id}): done")]

    def test_while_chat_is_down_keeps_the_tie_that_ends_a_login_later(
        self, rocketchat: StandIn, linked: Linked, admin_client: Client
    ) -> None:
        from rocketchat_auth.login.encryption import seal
        from rocketchat_auth.rest import Secret

        account = linked("ada")
        token = seal(Secret("x" * 43))
        LoginToken.objects.create(session="hers", account=account, checked_at=service.now(), token=token)
        rocketchat.fail_with(500)

        assert messages_of(confirm(admin_client, "unlink", account)) == [("error", f"Not done for ada: {DOWN}")]
        assert Account.objects.get().is_linked


class TestDeactivating:
    def test_asks_first_and_says_that_it_does_not_last_for_those_who_may_chat(
        self, linked: Linked, admin_client: Client
    ) -> None:
        may, may_not = linked("ada"), linked("bob")
        User.objects.filter(username="bob").update(is_active=False)

        answer = act(admin_client, "deactivate", may, may_not)

        assert "Deactivate chat accounts?" in answer.text
        assert "untick “Active”" in answer.text
        marked = {account.username: bool(mark) for account, mark in answer.context["accounts"]}
        assert marked == {"ada": True, "bob": False}
        assert all(account.is_linked for account in Account.objects.all())

    def test_says_nothing_of_coming_back_where_nobody_does(self, linked: Linked, admin_client: Client) -> None:
        account = linked("bob")
        User.objects.filter(username="bob").update(is_active=False)

        assert "untick “Active”" not in act(admin_client, "deactivate", account).text

    def test_is_done_and_told_and_logged(self, rocketchat: StandIn, linked: Linked, admin_client: Client) -> None:
        account = linked("ada")

        answer = confirm(admin_client, "deactivate", account)

        assert messages_of(answer) == [("success", "1 account was deactivated.")]
        assert rocketchat.user("ada")["active"] is False
        assert Account.objects.get().state == Account.State.DEACTIVATED
        assert log() == [("ada", f"Deactivate (ada, {account.rocketchat_id}): done")]

    def test_of_one_that_is_gone_does_not_keep_the_others(
        self, rocketchat: StandIn, linked: Linked, admin_client: Client
    ) -> None:
        gone, there = linked("ada"), linked("bob")
        delete(rocketchat, "ada")
        reason = "The account is gone in Rocket.Chat. Sync it."

        answer = confirm(admin_client, "deactivate", gone, there)

        assert messages_of(answer) == [
            ("error", f"Not done for ada: {reason}"),
            ("success", "1 account was deactivated."),
        ]
        assert rocketchat.user("bob")["active"] is False
        assert log()[0] == ("ada", f"Deactivate (ada, {gone.rocketchat_id}): {reason}")

    def test_while_chat_is_down_is_told(self, rocketchat: StandIn, linked: Linked, admin_client: Client) -> None:
        account = linked("ada")
        rocketchat.fail_with(500)

        assert messages_of(confirm(admin_client, "deactivate", account)) == [("error", f"Not done for ada: {DOWN}")]
        assert Account.objects.get().is_linked


class TestTooMany:
    @pytest.mark.parametrize("action", ACTIONS)
    def test_accounts_at_once_are_refused(
        self, action: str, rocketchat: StandIn, linked: Linked, admin_client: Client, monkeypatch: pytest.MonkeyPatch
    ) -> None:
        monkeypatch.setattr(actions, "AT_ONCE", 1)
        accounts = linked("ada"), linked("bob")

        answer = confirm(admin_client, action, *accounts)

        assert messages_of(answer) == [
            ("error", "Choose 1 accounts at most. For all of them there is: manage.py rocketchat sync")
        ]
        assert rocketchat.calls == []
