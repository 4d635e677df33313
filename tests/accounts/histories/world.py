"""A site and its chat, of whose histories the tests tell."""

from collections.abc import Iterator
from contextlib import ExitStack, contextmanager
from operator import itemgetter
from typing import Any

import httpx2
from django.contrib.auth import get_user_model
from django.contrib.auth.models import Group, Permission, User
from django.core.cache import caches
from django.db import connection, transaction
from django.test import override_settings
from hypothesis import strategies as st
from hypothesis.stateful import RuleBasedStateMachine, initialize

from rocketchat_auth.accounts.few import sync_some
from rocketchat_auth.models import Account
from rocketchat_auth.rest.service import install_transport
from rocketchat_auth.testing import StandIn
from rocketchat_auth.testing.clock import FakeClock
from tests.conftest import TOKEN_SECRET

GROUPS = ("Staff", "Board", "Chatters")
CHAT_ROLES = ("moderator", "leader")
ROOMS = {"staff": "channel", "town": "channel", "board": "group", "crew": "team"}
MAPPINGS: tuple[dict[str, dict[str, list[str]]], ...] = (
    {},
    {"Staff": {"roles": ["moderator"], "channels": ["staff"], "teams": ["crew"]}, "Board": {"groups": ["board"]}},
    {
        "Staff": {"channels": ["staff", "town"]},
        "Board": {"roles": ["moderator", "no-such-role"], "channels": ["staff"]},
    },
    {"Staff": {"groups": ["board", "nowhere"]}, "Board": {"teams": ["crew"], "channels": ["board"]}},
)
USERNAMES = ("ada", "Ada", "ada.b", "ädá", "ada@example.com", "bob", "bob-2", "carol", "all", "admin", "محمد", "d e")
EMAILS = (
    *("ada@example.com", "bob@example.com", "carol@example.com", "eve@example.com", "ada+1@example.com"),
    *("Ada@Example.com", "admin@example.com", "", "no address"),
)
PICK = st.integers(0, 63)


class World(RuleBasedStateMachine):
    """A site and its chat, and how to get at both. Each history has its own chat, and a database as it was before."""

    stand_in: StandIn

    def __init__(self) -> None:
        super().__init__()
        self._stack = ExitStack()
        self.clock = FakeClock()
        self.follows = False

    @initialize(
        first=st.lists(st.tuples(st.sampled_from(USERNAMES), PICK), min_size=3, max_size=5, unique_by=itemgetter(0)),
        custom_fields=st.sampled_from(["", '{"staff": {"type": "text"}}']),
        version=st.sampled_from(["6.5", "8.4", "9.0"]),
        follows=st.booleans(),
        rules=st.fixed_dictionaries(
            {
                "ROCKETCHAT_GROUPS": st.sampled_from(MAPPINGS),
                "ROCKETCHAT_CREATE_ROOMS": st.booleans(),
                "ROCKETCHAT_ON_DELETE": st.sampled_from(["deactivate", "delete", "nothing"]),
                "ROCKETCHAT_LINK_EXISTING": st.sampled_from(["never", "email", "username"]),
                "ROCKETCHAT_REQUIRED_PERMISSION": st.sampled_from(["", "rocketchat_auth.chat"]),
                "ROCKETCHAT_PLACEHOLDER_EMAIL_DOMAIN": st.sampled_from(["", "users.example.com"]),
            }
        ),
    )
    def begin(
        self,
        first: list[tuple[str, int]],
        custom_fields: str,
        version: str,
        follows: bool,
        rules: dict[str, Any],
    ) -> None:
        self.follows = follows
        self.stand_in = StandIn(version, clock=self.clock, token_secret=TOKEN_SECRET)
        self.stand_in.settings["Accounts_CustomFields"] = custom_fields
        for name, kind in ROOMS.items():
            self.stand_in.add_room(name, kind)  # type: ignore[arg-type]
        self._stack.enter_context(
            override_settings(
                ROCKETCHAT_USER_ID=self.stand_in.admin.user_id,
                ROCKETCHAT_AUTH_TOKEN=self.stand_in.admin.auth_token,
                ROCKETCHAT_ADAPTER="tests.accounts.histories.adapter.Telling",
                ROCKETCHAT_CONCURRENCY=1,
                **rules,
            )
        )
        self._stack.callback(install_transport(httpx2.WSGITransport(app=self.stand_in.wsgi), clock=self.clock))
        self._stack.callback(caches["default"].clear)
        self._stack.enter_context(_undone())
        for name in GROUPS:
            Group.objects.create(name=name)
        chat = Permission.objects.get(content_type__app_label="rocketchat_auth", codename="chat")
        Group.objects.get(name="Chatters").permissions.add(chat)
        for number, (username, group) in enumerate(first):
            user = get_user_model().objects.create_user(username, EMAILS[number], first_name=username)
            user.groups.add(self.group(group), self.group(2))
        sync_some(get_user_model().objects.values_list("pk", flat=True))

    def teardown(self) -> None:
        self._stack.close()

    @contextmanager
    def happening(self, follow: bool = False) -> Iterator[None]:
        """A transaction of the site, some time after the last; its signals are followed where the history has that."""
        self.clock.advance(5)
        with transaction.atomic():
            yield
        callbacks, connection.run_on_commit = connection.run_on_commit, []
        if self.follows and follow:
            for callback in [entry[1] for entry in callbacks]:
                callback()

    def user(self, pick: int) -> User | None:
        users = list(get_user_model().objects.order_by("pk"))
        return users[pick % len(users)] if users else None

    def group(self, pick: int) -> Group:
        return Group.objects.get(name=GROUPS[pick % len(GROUPS)])

    def account(self, pick: int) -> Account | None:
        """One that has, or had, an account in chat."""
        accounts = list(Account.objects.filter(rocketchat_id__isnull=False).order_by("pk"))
        return accounts[pick % len(accounts)] if accounts else None

    def chat_user(self, pick: int) -> dict[str, Any] | None:
        """Somebody in chat who is neither the service account nor Rocket.Cat."""
        users = [user for user in self.stand_in.users.all() if user["username"] not in ("admin", "rocket.cat")]
        users.sort(key=lambda user: user["username"])
        return users[pick % len(users)] if users else None


@contextmanager
def _undone() -> Iterator[None]:
    with transaction.atomic():
        try:
            yield
        finally:
            connection.run_on_commit = []
            transaction.set_rollback(True)
