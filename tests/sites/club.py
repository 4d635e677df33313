"""A site with the app `club` in the folder that it is given. Prints the events that the app wrote, one a line."""

import json
import sys
from importlib import import_module

from tests.sites.starting import start_beside_chat

sys.path.insert(0, sys.argv[1])
stand_in = start_beside_chat("club", ROCKETCHAT_GROUPS={"Staff": {"roles": ["moderator"]}})


def run() -> None:
    from django.contrib.auth.models import Group, User

    from rocketchat_auth.accounts.provisioning import account_for

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
