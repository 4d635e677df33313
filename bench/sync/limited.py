"""Setting up accounts without the permission to ignore rate limits: `python -m bench.sync.limited USERS`.

Waiting for the server's limits takes minutes, so it is done by a clock that is moved on, in one process.
"""

import json
import sys
from dataclasses import asdict, dataclass

from bench.sync.chat import CHANNEL, ROLE, TEAM
from bench.sync.people import GROUP, make


@dataclass(frozen=True, slots=True)
class Waited:
    """How it went.

    Args:
        status: the exit status of the command.
        calls: how many calls were made.
        refused: how many of them were answered with 429.
        minutes: how long it would have taken.
    """

    status: int
    calls: int
    refused: int
    minutes: float


def sync(users: int) -> Waited:
    """Let a sync make accounts for the site's users."""
    import httpx2
    from django.test import override_settings

    from bench.sync.child import sync as measured
    from bench.sync.counting import CountingRefusals
    from rocketchat_auth.rest.service import install_transport
    from rocketchat_auth.testing import FakeClock, StandIn

    make(users)
    clock = FakeClock()
    stand_in = StandIn("8.4", clock=clock)
    stand_in.revoke("api-bypass-rate-limit")
    stand_in.add_room(CHANNEL)
    stand_in.add_room(TEAM, "team")
    transport = CountingRefusals(httpx2.WSGITransport(app=stand_in.wsgi))
    undo = install_transport(transport, clock=clock)
    began = clock.monotonic()
    try:
        with override_settings(
            ROCKETCHAT_USER_ID=stand_in.admin.user_id,
            ROCKETCHAT_AUTH_TOKEN=stand_in.admin.auth_token,
            ROCKETCHAT_GROUPS={GROUP: {"roles": [stand_in.add_role(ROLE)], "channels": [CHANNEL], "teams": [TEAM]}},
        ):
            status = measured().status
    finally:
        undo()
    return Waited(status, len(stand_in.calls), transport.refused, (clock.monotonic() - began) / 60)


def _main() -> None:
    import django
    from django.core.management import call_command

    django.setup()
    call_command("migrate", verbosity=0)
    json.dump(asdict(sync(int(sys.argv[1]))), sys.stdout)


if __name__ == "__main__":
    _main()
