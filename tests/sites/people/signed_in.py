"""The same site with sign-ins. Prints what the chat's page is answered, and who holds that login in chat."""

import json
from importlib import import_module
from typing import Any

import django
import httpx2
from django.conf import settings

from rocketchat_auth.testing import Login, StandIn
from rocketchat_auth.testing.clock import FakeClock

stand_in = StandIn("8.4", clock=FakeClock(), token_secret="a secret")
settings.configure(
    SECRET_KEY="only for tests, and long enough that no system check minds it",
    INSTALLED_APPS=[
        "django.contrib.auth",
        "django.contrib.contenttypes",
        "django.contrib.sessions",
        "rocketchat_auth",
        "tests.sites.people",
    ],
    MIDDLEWARE=[
        "rocketchat_auth.middleware.RocketChatMiddleware",
        "django.contrib.sessions.middleware.SessionMiddleware",
        "django.contrib.auth.middleware.AuthenticationMiddleware",
    ],
    ROOT_URLCONF="rocketchat_auth.urls",
    ALLOWED_HOSTS=["testserver"],
    AUTH_USER_MODEL="people.Person",
    DATABASES={"default": {"ENGINE": "django.db.backends.sqlite3", "NAME": ":memory:"}},
    USE_TZ=True,
    ROCKETCHAT_URL="https://chat.example.com",
    ROCKETCHAT_USER_ID=stand_in.admin.user_id,
    ROCKETCHAT_AUTH_TOKEN=stand_in.admin.auth_token,
    ROCKETCHAT_TOKEN_SECRET="a secret",
)
django.setup()


def run() -> None:
    from django.core.management import call_command
    from django.test import Client

    from rocketchat_auth.models import Account
    from rocketchat_auth.rest.service import install_transport

    call_command("migrate", run_syncdb=True, verbosity=0)
    install_transport(httpx2.WSGITransport(app=stand_in.wsgi), clock=FakeClock())
    person: Any = import_module("tests.sites.people.models").Person.objects.create(email="ada@example.com")
    client = Client()
    client.force_login(person)
    tokens = [_ask(client) for _ in range(2)]
    user_id = Account.objects.get(user=person).linked_id
    usernames = {user["_id"]: user["username"] for user in stand_in.users.all()}
    say({"same": tokens[0] == tokens[1], "username": usernames[user_id]})
    say(stand_in.is_alive(Login(user_id, tokens[0])))
    client.logout()
    say(stand_in.is_alive(Login(user_id, tokens[0])))


def _ask(client: Any) -> str:
    response = client.post("/api", headers={"origin": settings.ROCKETCHAT_URL})
    say(response.status_code)
    token: str = response.json()["loginToken"]
    return token


def say(value: object) -> None:
    print(json.dumps(value))  # noqa: T201


run()
