"""The same site with sign-ins. Prints what the chat's page is answered, and who holds that login in chat."""

import json
from importlib import import_module
from typing import Any

from django.conf import settings

from rocketchat_auth.testing import Login
from tests.sites.starting import start_beside_chat

stand_in = start_beside_chat(
    "tests.sites.people",
    AUTH_USER_MODEL="people.Person",
    MIDDLEWARE=[
        "rocketchat_auth.middleware.RocketChatMiddleware",
        "django.contrib.sessions.middleware.SessionMiddleware",
        "django.contrib.auth.middleware.AuthenticationMiddleware",
    ],
    ROOT_URLCONF="rocketchat_auth.urls",
    ALLOWED_HOSTS=["testserver"],
    ROCKETCHAT_TOKEN_SECRET="a secret",
)


def run() -> None:
    from django.test import Client

    from rocketchat_auth.models import Account

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
