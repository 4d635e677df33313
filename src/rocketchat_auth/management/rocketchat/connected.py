"""What to do with an account and a token: the lines for settings.py, a file of secrets, the server's environment."""

import json
from dataclasses import dataclass
from pathlib import Path
from textwrap import indent

from django.core.management.base import CommandError
from django.utils.translation import gettext as _

from rocketchat_auth import rest
from rocketchat_auth.conf import conf, values
from rocketchat_auth.management.rocketchat.screen import Screen
from rocketchat_auth.setting_up import env_file, token_secret
from rocketchat_auth.setting_up.service_account import ServiceAccount


@dataclass(frozen=True, slots=True)
class Connected:
    """What `connect` has brought about.

    Args:
        url: the address of the chat.
        version: of the server.
        source: where login tokens will come from.
        account: whose token the site has.
    """

    url: str
    version: rest.Version
    source: str
    account: ServiceAccount


def hand_over(screen: Screen, connected: Connected, file: Path | None) -> None:
    """Show the lines for settings.py, or write the secrets into a file; then what the server needs, and what is next.

    Raises:
        CommandError: the file cannot be written; then the lines are shown all the same, as there is no second chance.
    """
    secrets = _secrets(connected)
    failure = _write(file, secrets) if file is not None else ""
    is_written = file is not None and not failure
    screen.say(_("For settings.py:"), "bold")
    screen.copyable("\n".join(_lines(connected, secrets, from_environment=is_written)))
    screen.say("")
    if is_written:
        screen.say(
            _("The values are in %s, readable for you alone. See to it that they get into the environment.") % file
        )
    else:
        screen.say(_("Keep them out of version control. They are not shown again."))
    screen.say("")
    if connected.source == "create_token":
        _tell_server(screen, connected, _secret_for_server(secrets, file if is_written else None))
    screen.say(_("Next: manage.py rocketchat setup --site https://www.example.com"))
    if failure:
        raise CommandError(failure)


def _secrets(connected: Connected) -> dict[str, rest.Secret]:
    secrets = {"ROCKETCHAT_AUTH_TOKEN": connected.account.token}
    if connected.source == "create_token" and token_secret.is_wanted(connected.version):
        secrets["ROCKETCHAT_TOKEN_SECRET"] = (
            rest.Secret(conf.token_secret) if conf.token_secret else token_secret.generate()
        )
    if connected.source == "password":
        secrets["ROCKETCHAT_PASSWORD_KEY"] = rest.Secret(conf.password_key or token_secret.generate().reveal())
    return secrets


def _lines(connected: Connected, secrets: dict[str, rest.Secret], *, from_environment: bool) -> list[str]:
    lines = [f'ROCKETCHAT_URL = "{connected.url}"', f'ROCKETCHAT_USER_ID = "{connected.account.user_id}"']
    if connected.source != conf.login_source:
        lines.append(f'ROCKETCHAT_LOGIN_SOURCE = "{connected.source}"')
    if connected.source == "mongo" and not values.raw("MONGO_DB"):
        lines.append(_mongo_line())
    for name, value in secrets.items():
        lines.append(f'{name} = os.environ["{name}"]' if from_environment else f"{name} = {json.dumps(value.reveal())}")
    return ["import os", *lines] if from_environment else lines


def _mongo_line() -> str:
    """A line to fill in: Rocket.Chat tells nobody where its database is."""
    what = _("put in the address of the chat's MongoDB, as in MONGO_URL of Rocket.Chat")
    return f'MONGO_DB = "user:password@host:27017/rocketchat?authSource=admin"  # {what}'


def _write(file: Path, secrets: dict[str, rest.Secret]) -> str:
    """Why they could not be written, or ""."""
    try:
        env_file.write(file, secrets)
    except env_file.NotIgnored:
        return _("Git does not ignore %s any more, so nothing was written there.") % file
    except (OSError, ValueError) as error:
        return _("%(file)s could not be written: %(why)s.") % {"file": file, "why": getattr(error, "strerror", error)}
    return ""


def _secret_for_server(secrets: dict[str, rest.Secret], file: Path | None) -> rest.Secret:
    """What stands for it on the screen: itself, or in which file it is."""
    name = "ROCKETCHAT_TOKEN_SECRET"
    if file is not None:
        return rest.Secret(_("<the value of %(name)s in %(file)s>") % {"name": name, "file": file})
    return secrets.get(name, rest.Secret(""))


def _tell_server(screen: Screen, connected: Connected, secret: rest.Secret) -> None:
    screen.say(_("For the environment of the Rocket.Chat server, which is restarted then:"), "bold")
    screen.copyable(token_secret.line(connected.version, secret).reveal())
    screen.say("")
    if token_secret.is_wanted(connected.version):
        screen.say(
            _("It is the same here and there: who knows it can sign in as anybody, together with the account's token.")
        )
    for way in token_secret.ways(connected.version):
        screen.say(str(way.title))
        screen.copyable(indent(way.lines, "    "))
        screen.say("")
