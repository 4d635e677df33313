import pytest
from django.contrib.auth.models import Permission, User
from django.db import IntegrityError, transaction

from rocketchat_auth.models import Account, LoginToken, ManagedRoom
from rocketchat_auth.rest import service

State = Account.State


@pytest.mark.parametrize(
    "state, is_linked, is_known",
    [
        (State.PENDING, False, False),
        (State.LINKED, True, True),
        (State.DEACTIVATED, False, True),
        (State.CONFLICT, False, False),
    ],
)
def test_what_is_behind_a_row(state: str, is_linked: bool, is_known: bool) -> None:
    account = Account(state=state, rocketchat_id="id")

    assert (account.is_linked, account.is_known, account.linked_id) == (is_linked, is_known, "id")


@pytest.mark.parametrize("state", State)
def test_nothing_is_behind_a_row_without_an_id(state: str) -> None:
    account = Account(state=state)

    assert (account.is_linked, account.is_known) == (False, False)
    with pytest.raises(ValueError, match="not linked"):
        _ = account.linked_id


def test_a_new_row_knows_nothing(db: None) -> None:
    row = Account.objects.create()

    assert (row.state, row.told) == (State.PENDING, {})
    assert (row.wanted_mark, row.password_mark, row.site_username) == ("", "", "")
    assert (row.synced_at, row.failed_at, row.reason) == (None, None, "")
    assert Account().told is not Account().told


def test_a_row_outlives_its_user(db: None) -> None:
    user = User.objects.create_user("ada")
    row = Account.objects.create(user=user, rocketchat_id="id")

    user.delete()

    row.refresh_from_db()
    assert row.user is None


def test_a_managed_room_has_one_row_of_each_kind(db: None) -> None:
    room = ManagedRoom.objects.create(kind="channels", name="news", fingerprint="x")
    ManagedRoom.objects.create(kind="groups", name="news", fingerprint="x")

    assert str(room) == "channels: news"
    with transaction.atomic(), pytest.raises(IntegrityError):
        ManagedRoom.objects.create(kind="channels", name="news", fingerprint="y")


def test_a_login_token_is_shown_without_what_it_is(rocketchat: object, db: None) -> None:
    account = Account.objects.create()
    token = LoginToken.objects.create(session="s", account=account, token=b"secret", checked_at=service.now())

    assert str(token) == f"{account.pk}/0"


def test_each_thing_that_is_done_by_hand_has_a_permission(db: None) -> None:
    own = Permission.objects.filter(content_type__app_label="rocketchat_auth", content_type__model="account")

    assert {"chat", "sync_account", "sign_out_account", "unlink_account", "deactivate_account"} <= set(
        own.values_list("codename", flat=True)
    )
