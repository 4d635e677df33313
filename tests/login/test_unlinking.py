"""A row that forgets its chat account, and nobody left in it."""

import pytest
from django.contrib.auth.models import User

from rocketchat_auth import rest, signals
from rocketchat_auth.accounts import provisioning
from rocketchat_auth.accounts.provisioning import account_for
from rocketchat_auth.accounts.refusals import SignInRefused
from rocketchat_auth.login import ChatLogin, store, token_for
from rocketchat_auth.login.identity import session_name
from rocketchat_auth.login.unlinking import unlink
from rocketchat_auth.models import Account, LoginToken
from rocketchat_auth.testing import StandIn
from tests.chat import LOGOUT, is_live
from tests.login.conftest import SignIn
from tests.signal_log import received


@pytest.fixture
def account(rocketchat: StandIn, alice: User) -> Account:
    """Of Alice, linked."""
    return account_for(alice)


def test_the_row_goes_back_to_where_it_was_before(account: Account) -> None:
    account.told = {"bio": "Curious."}
    account.reason = "something"
    account.save()

    unlink(account)

    row = Account.objects.get()
    assert (row.state, row.rocketchat_id, row.username, row.reason) == (Account.State.PENDING, None, "", "")
    assert (row.told, row.created_here, row.user) == ({}, False, account.user)


def test_the_chat_account_stays(rocketchat: StandIn, account: Account) -> None:
    unlink(account)

    assert rocketchat.user("alice")["active"] is True


def test_the_logins_that_the_site_gave_out_end_and_others_do_not(
    rocketchat: StandIn, account: Account, alice: User, sign_in: SignIn
) -> None:
    given_out = [token_for(sign_in(alice)), token_for(sign_in(alice))]
    own = rocketchat.log_in("alice")

    with received(signals.logged_out) as told:
        unlink(account)

    assert [is_live(rocketchat, token) for token in given_out] == [False, False]
    assert rocketchat.is_alive(own)
    assert not LoginToken.objects.exists()
    assert [news["revoked"] for news in told] == [True, True]


def test_a_login_that_is_being_issued_meanwhile_is_not_given_out(
    account: Account, alice: User, sign_in: SignIn
) -> None:
    claimed = store.claim_new(session_name(sign_in(alice).session), 0, account)
    assert claimed is not None

    unlink(account)

    assert not store.fill(claimed, account, ChatLogin(rest.Secret("x" * 43), "its-id"))


def test_a_login_that_slips_in_between_is_ended_too(
    rocketchat: StandIn, account: Account, alice: User, sign_in: SignIn, monkeypatch: pytest.MonkeyPatch
) -> None:
    late = []
    forget = provisioning.forget

    def slip_in(account: Account) -> None:
        late.append(token_for(sign_in(alice)))
        forget(account)

    monkeypatch.setattr(provisioning, "forget", slip_in)
    unlink(account)

    assert [is_live(rocketchat, token) for token in late] == [False]
    assert not LoginToken.objects.exists()


def test_the_tie_stays_while_a_login_cannot_be_ended(
    rocketchat: StandIn, account: Account, alice: User, sign_in: SignIn
) -> None:
    token = token_for(sign_in(alice))
    rocketchat.fail_with(500, path="/api/v1/logout")

    with pytest.raises(rest.Unavailable):
        unlink(account)

    assert Account.objects.get().is_linked
    [kept] = LoginToken.objects.all()
    assert kept.ended_at is not None
    assert store.login_of(kept) == token


def test_no_call_is_made_where_nobody_is_signed_in(rocketchat: StandIn, account: Account) -> None:
    rocketchat.reset_calls()

    unlink(account)

    assert rocketchat.calls == []


def test_a_row_whose_user_is_gone_goes_too(rocketchat: StandIn, account: Account, alice: User, sign_in: SignIn) -> None:
    token_for(sign_in(alice))
    alice.delete()
    account.refresh_from_db()
    rocketchat.reset_calls()

    unlink(account)

    assert not Account.objects.exists()
    assert rocketchat.calls == [LOGOUT]


def test_a_row_that_is_tied_to_nothing_stays(alice: User) -> None:
    account = Account.objects.create(user=alice, state=Account.State.CONFLICT, reason="somebody has that name")

    unlink(account)

    assert Account.objects.get().reason == "somebody has that name"


def test_the_user_does_not_get_the_same_account_back_by_its_name(account: Account, alice: User) -> None:
    unlink(account)

    with pytest.raises(SignInRefused, match="already has an account 'alice'"):
        account_for(alice)
