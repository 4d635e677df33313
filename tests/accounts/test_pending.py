import logging
import threading
from collections.abc import Iterator
from contextlib import contextmanager

import pytest
from django.contrib.auth import get_user_model
from django.contrib.auth.models import User
from django.db import connection, transaction

from rocketchat_auth.accounts import pending, tasks
from tests.accounts.conftest import Enqueued, with_account

pytestmark = pytest.mark.django_db(transaction=True)


@contextmanager
def rolled_back() -> Iterator[None]:
    with transaction.atomic():
        yield
        transaction.set_rollback(True)


@pytest.fixture
def ada(db: None) -> User:
    return with_account("ada")


@pytest.fixture
def ben(db: None) -> User:
    return with_account("ben")


def test_outside_of_a_transaction_it_is_done_at_once(ada: User, enqueued: Enqueued) -> None:
    pending.note([ada.pk])

    assert enqueued.users == [{"ada"}]


def test_a_transaction_is_done_as_one_once_it_is_committed(ada: User, ben: User, enqueued: Enqueued) -> None:
    cleo = with_account("cleo")
    with transaction.atomic():
        pending.note([ada.pk])
        pending.note([ben.pk, ada.pk])
        with transaction.atomic():
            pending.note([cleo.pk])
        pending.note([ada.pk], accounts=[7])
        assert enqueued.users == []

    assert enqueued.users == [{"ada", "ben", "cleo"}]
    assert enqueued.accounts == [{7}]


def test_what_is_rolled_back_is_forgotten(ada: User, ben: User, enqueued: Enqueued) -> None:
    with rolled_back():
        pending.note([ada.pk])
    pending.note([ben.pk])

    assert enqueued.users == [{"ben"}]


@pytest.mark.parametrize("before", [False, True])
@pytest.mark.parametrize("after", [False, True])
def test_a_savepoint_that_is_rolled_back_takes_only_its_own_along(
    ada: User, ben: User, enqueued: Enqueued, before: bool, after: bool
) -> None:
    with transaction.atomic():
        if before:
            pending.note([ada.pk])
        with rolled_back():
            pending.note([ada.pk, ben.pk])
            with transaction.atomic():
                pending.note([ben.pk])
        if after:
            pending.note([ada.pk])

    assert enqueued.users == ([{"ada"}] if before or after else [])


def test_each_transaction_begins_with_nothing(ada: User, ben: User, enqueued: Enqueued) -> None:
    for user in (ada, ben, ada):
        with transaction.atomic():
            pending.note([user.pk])

    assert enqueued.users == [{"ada"}, {"ben"}, {"ada"}]


def test_a_connection_of_another_thread_has_its_own(ada: User, ben: User, enqueued: Enqueued) -> None:
    def elsewhere() -> None:
        pending.note([ben.pk])
        connection.close()

    with transaction.atomic():
        pending.note([ada.pk])
        thread = threading.Thread(target=elsewhere)
        thread.start()
        thread.join()

    assert enqueued.users == [{"ben"}, {"ada"}]


def test_nobody_is_nothing(db: None, enqueued: Enqueued) -> None:
    pending.note([])

    assert enqueued.users == []


def test_users_without_a_chat_account_cost_a_query_and_no_more(db: None, enqueued: Enqueued) -> None:
    newcomer = get_user_model().objects.create_user("newcomer")
    pending.note([newcomer.pk, with_account("ada").pk])

    assert enqueued.users == [{"ada"}]


def test_more_users_than_a_query_may_name(
    ada: User, ben: User, enqueued: Enqueued, monkeypatch: pytest.MonkeyPatch
) -> None:
    monkeypatch.setattr(pending, "_CHUNK", 1)
    pending.note([ada.pk, ben.pk])

    assert enqueued.users == [{"ada", "ben"}]


def test_a_queue_that_is_down_is_logged_and_nothing_more(
    ada: User, ben: User, monkeypatch: pytest.MonkeyPatch, caplog: pytest.LogCaptureFixture
) -> None:
    def refuse(*args: object) -> int:
        raise ConnectionError("the queue is down")

    monkeypatch.setattr(tasks, "enqueue", refuse)
    with transaction.atomic():
        pending.note([ada.pk])
        pending.note([ben.pk])

    (record,) = caplog.records
    assert (record.name, record.levelno) == ("rocketchat_auth.accounts", logging.ERROR)
    assert "manage.py rocketchat sync" in record.getMessage()
