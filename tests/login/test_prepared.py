import gc
import weakref
from threading import Thread

import pytest
from django.contrib.auth.models import User
from django.db import connections

from rocketchat_auth.login.prepared import _KEPT, Prepared
from rocketchat_auth.models import Account

USER = Prepared(User, "username", ["pk", "date_joined", "is_active"])
LATEST = Prepared(User, "is_active", ["username"], order=["-username"])


@pytest.fixture
def _not_compiled() -> None:
    vars(connections["default"])[_KEPT] = {USER: None}


@pytest.mark.usefixtures("alice")
def test_finds_what_the_queryset_finds(bob: User) -> None:
    for username in "alice", "bob", "carol", "bob":
        found = User.objects.filter(username=username).values_list("pk", "date_joined", "is_active").first()
        assert USER.first(username) == found


@pytest.mark.usefixtures("alice", "bob")
def test_keeps_the_order() -> None:
    assert LATEST.first(True) == ("bob",)
    assert LATEST.first(False) is None


@pytest.mark.usefixtures("_not_compiled")
def test_asks_as_usual_where_the_database_wants_more_parameters(alice: User) -> None:
    try:
        assert USER.first("alice") == (alice.pk, alice.date_joined, True)
        assert USER.first("bob") is None
    finally:
        del vars(connections["default"])[_KEPT]


def test_asks_as_usual_where_the_value_is_no_parameter(alice: User) -> None:
    account = Account.objects.create(user=alice)
    by_id = Prepared(Account, "rocketchat_id", ["pk"])

    assert by_id.first(None) == (account.pk,)


@pytest.mark.django_db(transaction=True)
def test_keeps_no_connection_alive() -> None:
    seen: list[weakref.ref[object]] = []

    def use() -> None:
        USER.first("alice")
        seen.append(weakref.ref(connections["default"]))
        connections["default"].close()

    thread = Thread(target=use)
    thread.start()
    thread.join()
    gc.collect()

    assert [reference() for reference in seen] == [None]
