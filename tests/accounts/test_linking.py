"""What a link keeps. Which accounts a rule adopts is in test_provisioning.py."""

import pytest
from django.contrib.auth.models import User
from pytest_django import Settings

from rocketchat_auth import rest
from rocketchat_auth.accounts.linking import link
from rocketchat_auth.accounts.wanted import password_marks
from rocketchat_auth.models import Account
from rocketchat_auth.rest import service

pytestmark = pytest.mark.usefixtures("rocketchat")

ADA = rest.User("id-of-ada", "ada", active=True, roles=("user",))


def test_ties_the_row_to_the_account_and_ends_the_claim(alice: User) -> None:
    claimed = Account.objects.create(
        user=alice,
        claimed_at=service.now(),
        failed_at=service.now(),
        state=Account.State.CONFLICT,
        reason="two of them",
    )

    link(claimed, ADA, created_here=True)

    row = Account.objects.get()
    assert (row.rocketchat_id, row.username, row.created_here) == ("id-of-ada", "ada", True)
    assert (row.state, row.reason, row.failed_at, row.claimed_at) == (Account.State.LINKED, "", None, None)
    assert row.seen_at == service.now()


def test_keeps_what_the_name_was_made_from_and_what_the_password_is(alice: User, settings: Settings) -> None:
    settings.ROCKETCHAT_ADAPTER = "tests.adapters.MailboxName"
    alice.email = "al@example.com"

    link(Account(user=alice), ADA, created_here=False)

    row = Account.objects.get()
    assert (row.site_username, row.password_mark) == ("al", password_marks(alice)[0])


def test_keeps_neither_of_nobody(db: None) -> None:
    link(Account(), ADA, created_here=False)

    row = Account.objects.get()
    assert (row.site_username, row.password_mark, row.is_linked) == ("", "", True)


def test_of_an_administrator_is_looked_at_anew_at_each_sign_in(alice: User) -> None:
    link(Account(user=alice), rest.User("id", "root", active=True, roles=("admin",)), created_here=False)

    assert Account.objects.get().seen_at is None
