"""A site with the app `club` in the folder that it is given. Prints the events that the app wrote, one a line."""

import json
import sys
from importlib import import_module

import django
import httpx2
from django.conf import settings

from rocketchat_auth.testing import StandIn
from rocketchat_auth.testing.clock import FakeClock

stand_in = StandIn("8.4", clock=FakeClock(), token_secret="a secret")
sys.path.insert(0, sys.argv[1])
settings.configure(
    SECRET_KEY="only for tests, and long enough that no system check minds it",
    INSTALLED_APPS=[
        "django.contrib.auth",
        "django.contrib.contenttypes",
        "django.contrib.sessions",
        "rocketchat_auth",
        "club",
    ],
    DATABASES={"default": {"ENGINE": "django.db.backends.sqlite3", "NAME": ":memory:"}},
    DEFAULT_AUTO_FIELD="django.db.models.BigAutoField",
    USE_TZ=True,
    ROCKETCHAT_URL="https://chat.example.com",
    ROCKETCHAT_USER_ID=stand_in.admin.user_id,
    ROCKETCHAT_AUTH_TOKEN=stand_in.admin.auth_token,
    ROCKETCHAT_GROUPS={"Staff": {"roles": ["moderator"]}},
)
django.setup()


def run() -> None:
    from django.contrib.auth.models import Group, User
    from django.core.management import call_command

    from rocketchat_auth.accounts.provisioning import account_for
    from rocketchat_auth.rest.service import install_transport

    call_command("migrate", run_syncdb=True, verbosity=0)
    install_transport(httpx2.WSGITransport(app=stand_in.wsgi), clock=FakeClock())
    ada = User.objects.create_user("ada", "ada@example.com")
    account_for(ada)
    ada.email = "ada@example.org"
    ada.save()
    ada.groups.add(Group.objects.create(name="Staff"))
    ada.is_active = False
    ada.save()
    ada.is_active = True
    ada.save()
    stand_in.fail_with(503)
    ada.email = "ada@example.net"
    ada.save()
    for event in import_module("club.models").ChatEvent.objects.order_by("pk"):
        print(json.dumps([event.what, event.chat_username, event.user_id == ada.pk, event.detail]))  # noqa: T201


run()
