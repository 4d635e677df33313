"""What these sites have in common."""

from typing import Any

import django
import httpx2
from django.conf import settings

from rocketchat_auth.testing import StandIn
from rocketchat_auth.testing.clock import FakeClock


def start(app: str, **changes: Any) -> None:
    """Set Django up for a site that has the package and one app of its own, with a new database."""
    settings.configure(
        SECRET_KEY="only for tests, and long enough that no system check minds it",
        INSTALLED_APPS=[
            "django.contrib.auth",
            "django.contrib.contenttypes",
            "django.contrib.sessions",
            "rocketchat_auth",
            app,
        ],
        DATABASES={"default": {"ENGINE": "django.db.backends.sqlite3", "NAME": ":memory:"}},
        DEFAULT_AUTO_FIELD="django.db.models.BigAutoField",
        USE_TZ=True,
        **changes,
    )
    django.setup()
    from django.core.management import call_command

    call_command("migrate", run_syncdb=True, verbosity=0)


def start_beside_chat(app: str, **changes: Any) -> StandIn:
    """The same, with a stand-in for the chat that the site has as its own."""
    stand_in = StandIn("8.4", clock=FakeClock(), token_secret="a secret")
    start(
        app,
        ROCKETCHAT_URL="https://chat.example.com",
        ROCKETCHAT_USER_ID=stand_in.admin.user_id,
        ROCKETCHAT_AUTH_TOKEN=stand_in.admin.auth_token,
        **changes,
    )
    from rocketchat_auth.rest.service import install_transport

    install_transport(httpx2.WSGITransport(app=stand_in.wsgi), clock=FakeClock())
    return stand_in
