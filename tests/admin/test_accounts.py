"""The list of accounts, and the page of one."""

from collections.abc import Callable
from contextlib import AbstractContextManager
from datetime import timedelta
from typing import Any

import pytest
from django.contrib.admin import site
from django.contrib.auth.models import User
from django.test import Client, RequestFactory
from pytest_django import Settings

from rocketchat_auth.admin import AccountAdmin
from rocketchat_auth.models import Account
from rocketchat_auth.rest import service
from tests.admin.conftest import LIST, page_of

State = Account.State
LONG = "word " * 40


@pytest.fixture
def accounts(db: None) -> dict[str, Account]:
    """One of each kind, by the name of its user."""
    now = service.now()
    kinds: dict[str, dict[str, Any]] = {
        "ada": {"rocketchat_id": "id-of-ada", "username": "ada.l", "state": State.LINKED, "synced_at": now},
        "bob": {"state": State.CONFLICT, "reason": f"somebody has that name {LONG}"},
        "cleo": {
            "rocketchat_id": "id-of-cleo",
            "username": "cleo",
            "state": State.LINKED,
            "created_here": True,
            "synced_at": now,
            "failed_at": now - timedelta(hours=1),
            "reason": "the room is full",
        },
        "dora": {"rocketchat_id": "id-of-dora", "username": "dora", "state": State.DEACTIVATED},
    }
    made = {}
    for name, fields in kinds.items():
        user = User.objects.create_user(name, f"{name}@mail.example.com")
        made[name] = Account.objects.create(user=user, **fields)
    made["gone"] = Account.objects.create(rocketchat_id="id-of-eve", username="eve", state=State.LINKED)
    return made


def listed(client: Client, **query: str) -> set[str]:
    """The names of those in the list."""
    answer = client.get(LIST, query)
    assert answer.status_code == 200
    return {account.user.username if account.user else "gone" for account in answer.context["cl"].queryset}


class TestTheList:
    def test_shows_who_has_which_account_and_how_it_is_doing(
        self, admin_client: Client, accounts: dict[str, Account]
    ) -> None:
        page = admin_client.get(LIST).text

        for shown in "ada.l", "linked", "in conflict", "deactivated by this site", "the room is full", "deleted user":
            assert shown in page

    def test_says_how_long_ago_things_were(self, admin_client: Client, accounts: dict[str, Account]) -> None:
        page = admin_client.get(LIST).text

        assert "1\N{NO-BREAK SPACE}hour ago: the room is full" in page
        assert "just now" in page

    def test_shortens_reasons(self, admin_client: Client, accounts: dict[str, Account]) -> None:
        page = admin_client.get(LIST).text

        assert "somebody has that name word" in page
        assert LONG not in page

    @pytest.mark.parametrize(
        "query, names",
        [
            ({}, {"ada", "bob", "cleo", "dora", "gone"}),
            ({"state__exact": "conflict"}, {"bob"}),
            ({"state__exact": "deactivated"}, {"dora"}),
            ({"last_sync": "failed"}, {"cleo"}),
            ({"last_sync": "done"}, {"ada"}),
            ({"last_sync": "never"}, {"bob", "dora", "gone"}),
            ({"last_sync": "else"}, {"ada", "bob", "cleo", "dora", "gone"}),
            ({"origin": "here"}, {"cleo"}),
            ({"origin": "elsewhere"}, {"ada", "dora", "gone"}),
            ({"origin": "else"}, {"ada", "bob", "cleo", "dora", "gone"}),
            ({"q": "bob"}, {"bob"}),
            ({"q": "dora@mail.example.com"}, {"dora"}),
            ({"q": "ada.l"}, {"ada"}),
            ({"q": "id-of-eve"}, {"gone"}),
            ({"q": "full"}, {"cleo"}),
        ],
    )
    def test_can_be_narrowed_down(
        self, query: dict[str, str], names: set[str], admin_client: Client, accounts: dict[str, Account]
    ) -> None:
        assert listed(admin_client, **query) == names

    def test_asks_the_database_as_often_for_many_as_for_few(
        self,
        admin_client: Client,
        accounts: dict[str, Account],
        django_assert_max_num_queries: Callable[[int], AbstractContextManager[object]],
    ) -> None:
        with django_assert_max_num_queries(6):
            admin_client.get(LIST)


@pytest.mark.parametrize(
    "model, fields",
    [
        ("auth.User", ["user__username", "user__email"]),
        ("people.Member", ["user__mail"]),
    ],
)
def test_users_are_searched_by_what_their_model_calls_them(
    model: str, fields: list[str], settings: Settings, rf: RequestFactory
) -> None:
    settings.AUTH_USER_MODEL = model

    found = AccountAdmin(Account, site).get_search_fields(rf.get(LIST))

    assert found == [*fields, "username", "rocketchat_id", "reason"]


def test_users_without_an_address_are_searched_by_name(rf: RequestFactory, monkeypatch: pytest.MonkeyPatch) -> None:
    monkeypatch.setattr(User, "EMAIL_FIELD", "nothing_of_that_name")

    assert AccountAdmin(Account, site).get_search_fields(rf.get(LIST))[:2] == ["user__username", "username"]


class TestThePage:
    def test_shows_everything_and_changes_nothing(self, admin_client: Client, accounts: dict[str, Account]) -> None:
        page = admin_client.get(page_of(accounts["cleo"])).text

        for shown in "cleo", "id-of-cleo", "linked", "the room is full":
            assert shown in page
        assert 'name="_save"' not in page

    def test_leads_to_the_user(self, admin_client: Client, accounts: dict[str, Account]) -> None:
        user = accounts["ada"].user
        assert user is not None

        assert f'href="/admin/auth/user/{user.pk}/change/"' in admin_client.get(page_of(accounts["ada"])).text

    def test_takes_no_changes(self, admin_client: Client, accounts: dict[str, Account]) -> None:
        answer = admin_client.post(page_of(accounts["ada"]), {"username": "eve"})

        assert answer.status_code == 403
        assert Account.objects.get(pk=accounts["ada"].pk).username == "ada.l"

    def test_cannot_be_added_or_deleted(self, admin_client: Client, accounts: dict[str, Account]) -> None:
        assert admin_client.get(f"{LIST}add/").status_code == 403
        assert admin_client.post(f"{LIST}{accounts['ada'].pk}/delete/", {"post": "yes"}).status_code == 403
        assert "delete_selected" not in admin_client.get(LIST).text


def test_deleting_a_user_in_the_admin_keeps_the_row(admin_client: Client, accounts: dict[str, Account]) -> None:
    user = accounts["ada"].user
    assert user is not None

    admin_client.post(f"/admin/auth/user/{user.pk}/delete/", {"post": "yes"})

    assert not User.objects.filter(pk=user.pk).exists()
    assert Account.objects.get(pk=accounts["ada"].pk).user is None
