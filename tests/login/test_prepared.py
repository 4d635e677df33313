import gc
import weakref
from datetime import UTC, datetime, timedelta
from threading import Thread

import pytest
from django.contrib.auth.models import User
from django.db import IntegrityError, connections, transaction

from rocketchat_auth.login.prepared import _KEPT, Prepared, PreparedInsert
from rocketchat_auth.models import Account, LoginToken

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


def test_inserts_what_saving_a_row_inserts(alice: User) -> None:
    account = Account.objects.create(user=alice)
    moment = datetime(2026, 1, 2, 3, 4, 5, 678901, tzinfo=UTC)

    def row(generation: int) -> LoginToken:
        return LoginToken(
            session="é'\"",
            generation=generation,
            account=account,
            token=b"\0\xff'",
            checked_at=moment,
            expires_at=moment + timedelta(days=1),
            ends_everywhere=bool(generation % 2),
        )

    insert = PreparedInsert(LoginToken)
    saved = row(1)
    saved.save()
    LoginToken.objects.filter(pk=saved.pk).update(generation=3)
    for generation in 0, 1:
        insert.add(row(generation))

    names = [field.attname for field in LoginToken._meta.concrete_fields if not field.primary_key]
    by_saving = LoginToken.objects.values(*names).get(generation=3)
    assert LoginToken.objects.values(*names).get(generation=1) == {**by_saving, "generation": 1}
    assert not LoginToken.objects.get(generation=0).ends_everywhere


def test_an_insertion_heeds_the_constraints(alice: User) -> None:
    account = Account.objects.create(user=alice)
    moment = datetime(2026, 1, 2, tzinfo=UTC)
    insert = PreparedInsert(LoginToken)
    insert.add(LoginToken(session="one", account=account, checked_at=moment))

    with pytest.raises(IntegrityError), transaction.atomic():
        insert.add(LoginToken(session="one", account=account, checked_at=moment))


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
