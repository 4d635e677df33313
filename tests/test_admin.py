import pytest
from django.test import Client

from rocketchat_auth.models import Account


@pytest.fixture
def account(db: None) -> Account:
    return Account.objects.create(username="alice", state=Account.State.CONFLICT, reason="somebody has that name")


def test_shows_accounts_and_why_they_are_in_conflict(admin_client: Client, account: Account) -> None:
    assert "alice" in admin_client.get("/admin/rocketchat_auth/account/").text
    page = admin_client.get(f"/admin/rocketchat_auth/account/{account.pk}/change/").text
    assert "somebody has that name" in page


def test_adds_no_accounts_by_hand(admin_client: Client) -> None:
    assert admin_client.get("/admin/rocketchat_auth/account/add/").status_code == 403
