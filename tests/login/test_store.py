import pytest
from django.contrib.auth.models import User
from pytest_django import DjangoAssertNumQueries

from rocketchat_auth.login import store
from rocketchat_auth.models import Account
from rocketchat_auth.rest import service

pytestmark = pytest.mark.usefixtures("rocketchat")


class TestLinkedAccount:
    def test_is_the_users_with_all_that_signing_in_looks_at(
        self, alice: User, django_assert_num_queries: DjangoAssertNumQueries
    ) -> None:
        kept = Account.objects.create(
            pk=alice.pk + 1000,
            user=alice,
            rocketchat_id="id-of-alice",
            username="alice",
            state=Account.State.LINKED,
            created_here=True,
            seen_at=service.now(),
        )

        with django_assert_num_queries(1):
            account = store.linked_account(alice)
            assert account == kept
            assert account.user is alice
            for name in ("user_id", "rocketchat_id", "username", "state", "created_here", "seen_at"):
                assert getattr(account, name) == getattr(kept, name)

    def test_loads_the_rest_where_somebody_wants_it(self, alice: User) -> None:
        Account.objects.create(
            user=alice, rocketchat_id="id-of-alice", state=Account.State.LINKED, told={"bio": "First."}
        )

        account = store.linked_account(alice)

        assert account is not None
        assert account.told == {"bio": "First."}

    @pytest.mark.parametrize("state", [Account.State.PENDING, Account.State.DEACTIVATED, Account.State.CONFLICT])
    def test_is_none_where_there_is_more_to_do(self, alice: User, state: Account.State) -> None:
        assert store.linked_account(alice) is None

        Account.objects.create(user=alice, rocketchat_id="id-of-alice", state=state)

        assert store.linked_account(alice) is None
