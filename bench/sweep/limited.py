"""Ending chat logins within Rocket.Chat's rate limit: `python -m bench.sweep.limited LOGINS`.

Waiting for the server's limit takes minutes, so it is done by a clock that is moved on, in one process.
"""

import json
import sys
from dataclasses import asdict

from bench.sync.limited import Waited


def revoke(logins: int) -> Waited:
    """End so many chat logins; the status is how many are left."""
    import httpx2
    from django.test import override_settings

    from bench.sync.counting import CountingRefusals
    from rocketchat_auth.login.encryption import seal
    from rocketchat_auth.login.overdue import revoke_overdue
    from rocketchat_auth.models import Account, LoginToken
    from rocketchat_auth.rest import Secret, service
    from rocketchat_auth.testing import FakeClock, StandIn

    clock = FakeClock()
    stand_in = StandIn("8.4", clock=clock)
    transport = CountingRefusals(httpx2.WSGITransport(app=stand_in.wsgi))
    undo = service.install_transport(transport, clock=clock)
    for number in range(logins):
        stand_in.add_user(f"user{number}")
        login = stand_in.log_in(f"user{number}")
        account = Account.objects.create(rocketchat_id=login.user_id)
        LoginToken.objects.create(
            session=str(number),
            account=account,
            token=seal(Secret(login.auth_token)),
            checked_at=service.now(),
            ended_at=service.now(),
        )
    stand_in.reset_calls()
    began = clock.monotonic()
    try:
        admin = stand_in.admin
        with (
            override_settings(ROCKETCHAT_USER_ID=admin.user_id, ROCKETCHAT_AUTH_TOKEN=admin.auth_token),
            service.in_background(),
        ):
            left = revoke_overdue(logins).left
    finally:
        undo()
    return Waited(left, len(stand_in.calls), transport.refused, (clock.monotonic() - began) / 60)


def _main() -> None:
    import django
    from django.core.management import call_command

    django.setup()
    call_command("migrate", verbosity=0)
    json.dump(asdict(revoke(int(sys.argv[1]))), sys.stdout)


if __name__ == "__main__":
    _main()
