"""`manage.py rocketchat break-glass`: how an administrator gets into chat while the site is down."""

from argparse import ArgumentParser
from textwrap import indent
from typing import Any

from django.utils.translation import gettext as _
from django.utils.translation import gettext_lazy

from rocketchat_auth import rest
from rocketchat_auth.conf import conf
from rocketchat_auth.management.rocketchat.failures import as_command_errors
from rocketchat_auth.management.rocketchat.screen import Screen
from rocketchat_auth.rest import service
from rocketchat_auth.setting_up import break_glass

HELP = gettext_lazy("tell how an administrator gets into chat while the site is down")

CHECKS_FIRST = False
"""It has to work while settings are still missing or wrong, which the system checks would not let pass."""


def add_arguments(parser: ArgumentParser) -> None:
    """It has no options."""
    parser.description = _(
        "Prints how an administrator gets into chat while the site is down. Keep it where you find it."
    )


def run(screen: Screen, options: dict[str, Any]) -> int:
    """Print the ways that work with the running version; the exit status."""
    with as_command_errors():
        url = conf.url
        version = _version()
    if version is None:
        screen.note(_("Rocket.Chat does not answer, so this is what all versions have in common."))
    else:
        screen.note(_("Rocket.Chat %(version)s at %(url)s") % {"version": version, "url": url})
    tell(screen, url, version)
    return 0


def tell(screen: Screen, url: str, version: rest.Version | None) -> None:
    """Print the ways."""
    for number, way in enumerate(break_glass.ways(url, version), start=1):
        screen.say(f"{number}. {way.title}", "bold")
        for step in way.steps:
            screen.say(str(step.text))
            screen.copyable(indent(step.lines, "    "))
        screen.say("")


def _version() -> rest.Version | None:
    try:
        return service.version()
    except rest.Unavailable:
        return None
