"""What is done to an account by hand."""

from collections.abc import Callable

import pytest
from django.contrib.auth.models import User
from pytest_django import Settings

from rocketchat_auth import rest, signals
from rocketchat_auth.accounts.administration import NotDone, comes_back, deactivate, sign_out_everywhere
from rocketchat_auth.accounts.provisioning import account_for
from rocketchat_auth.models import Account, LoginToken
from rocketchat_auth.rest import service
from rocketchat_auth.testing import StandIn
from tests.chat import LOGOUT_EVERYWHERE
from tests.signal_log import received

SET_ACTIVE = ("POST", "/api/v1/users.setActiveStatus")


@pytest.fixture
def account(rocketchat: StandIn, alice: User) -> Account:
    """Of Alice, linked, with a login that a session owns."""
    account = account_for(alice)
    LoginToken.objects.create(session="hers", account=account, checked_at=service.now())
    rocketchat.reset_calls()
    return account


class TestSigningOutEverywhere:
    def test_ends_every_login_of_the_account(self, rocketchat: StandIn, account: Account) -> None:
        logins = [rocketchat.log_in("alice"), rocketchat.log_in("alice")]

        sign_out_everywhere(account)

        assert [rocketchat.is_alive(login) for login in logins] == [False, False]
        assert rocketchat.calls == [LOGOUT_EVERYWHERE]

    def test_drops_the_tokens_of_sessions_and_says_so(self, account: Account) -> None:
        with received(signals.logged_out) as told:
            sign_out_everywhere(account)

        assert not LoginToken.objects.exists()
        assert [(news["account"], news["user"], news["revoked"]) for news in told] == [(account, account.user, True)]

    def test_leaves_others_alone(self, rocketchat: StandIn, account: Account, bob: User) -> None:
        other = account_for(bob)
        LoginToken.objects.create(session="his", account=other, checked_at=service.now())
        login = rocketchat.log_in("bob")

        sign_out_everywhere(account)

        assert rocketchat.is_alive(login)
        assert LoginToken.objects.get().account == other

    def test_keeps_the_tokens_where_chat_does_not_answer(self, rocketchat: StandIn, account: Account) -> None:
        rocketchat.fail_with(500)

        with pytest.raises(rest.Unavailable):
            sign_out_everywhere(account)

        assert LoginToken.objects.exists()

    def test_keeps_the_account_linked(self, account: Account) -> None:
        sign_out_everywhere(account)

        account.refresh_from_db()
        assert account.is_linked


class TestDeactivating:
    def test_ends_the_account_and_its_logins(self, rocketchat: StandIn, account: Account) -> None:
        login = rocketchat.log_in("alice")

        deactivate(account)

        assert rocketchat.user("alice")["active"] is False
        assert not rocketchat.is_alive(login)
        assert not LoginToken.objects.exists()
        assert Account.objects.get().state == Account.State.DEACTIVATED
        assert rocketchat.calls == [SET_ACTIVE]

    def test_tells_the_signal_why(self, account: Account) -> None:
        with received(signals.account_deactivated) as told:
            deactivate(account)

        assert [(news["account"], news["user"], news["reason"]) for news in told] == [
            (account, account.user, "deactivated by hand")
        ]

    def test_hands_over_rooms_that_it_alone_owns(self, rocketchat: StandIn, account: Account, bob: User) -> None:
        account_for(bob)
        login = rocketchat.log_in("alice")
        service.client().call(
            "POST",
            "v1/channels.create",
            json={"name": "tea-party", "members": ["bob"]},
            credentials=rest.Credentials(login.user_id, login.auth_token),
        )

        deactivate(account)

        assert rocketchat.user("alice")["active"] is False

    def test_of_an_account_whose_user_is_gone_keeps_the_row(self, alice: User, account: Account) -> None:
        alice.delete()
        account.refresh_from_db()

        deactivate(account)

        assert Account.objects.get().state == Account.State.DEACTIVATED

    def test_is_not_done_twice(self, rocketchat: StandIn, account: Account) -> None:
        deactivate(account)
        rocketchat.reset_calls()

        with pytest.raises(NotDone, match="deactivated already"):
            deactivate(account)
        assert rocketchat.calls == []

    def test_changes_nothing_where_chat_does_not_answer(self, rocketchat: StandIn, account: Account) -> None:
        rocketchat.fail_with(500)

        with pytest.raises(rest.Unavailable):
            deactivate(account)

        account.refresh_from_db()
        assert account.is_linked
        assert LoginToken.objects.exists()


class TestAnAccountThatIsNotToBeTouched:
    @pytest.mark.parametrize("do", [sign_out_everywhere, deactivate])
    def test_is_the_one_by_which_the_site_talks_to_chat(
        self, do: Callable[[Account], None], rocketchat: StandIn, account: Account, settings: Settings
    ) -> None:
        account.rocketchat_id = settings.ROCKETCHAT_USER_ID

        with pytest.raises(NotDone, match="service account"):
            do(account)
        assert rocketchat.calls == []

    @pytest.mark.parametrize("do", [sign_out_everywhere, deactivate])
    def test_is_one_that_is_not_linked(self, do: Callable[[Account], None], rocketchat: StandIn, alice: User) -> None:
        with pytest.raises(NotDone, match="not linked"):
            do(Account(user=alice))
        assert rocketchat.calls == []


class TestComingBack:
    def test_is_for_users_who_may_chat(self, account: Account) -> None:
        assert comes_back(account)

    def test_is_not_for_users_who_may_not(self, account: Account, alice: User) -> None:
        alice.is_active = False

        assert account.user is alice
        assert not comes_back(account)

    def test_is_not_for_accounts_whose_user_is_gone(self, account: Account) -> None:
        account.user = None

        assert not comes_back(account)
