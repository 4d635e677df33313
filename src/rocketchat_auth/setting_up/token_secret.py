"""What a Rocket.Chat server has to have in its environment, so that it issues login tokens."""

import secrets
from dataclasses import dataclass
from typing import Final
from urllib.parse import urlsplit

from django.utils.functional import Promise
from django.utils.translation import gettext_lazy as _

from rocketchat_auth.rest import Secret, Version
from rocketchat_auth.rest.logins import TOKEN_SECRET_SINCE

VARIABLE: Final = "CREATE_TOKENS_FOR_USERS_SECRET"
FORMER_VARIABLE: Final = "CREATE_TOKENS_FOR_USERS"

HOSTED: Final = ".rocket.chat"
"""Workspaces below this domain are hosted by Rocket.Chat, and nobody else reaches their environment."""


@dataclass(frozen=True, slots=True)
class Way:
    """How a variable gets into the server's environment, where it is run that way."""

    title: Promise
    lines: str


def is_wanted(version: Version) -> bool:
    """Whether the server wants a secret; up to 7.x it wants to be told `true`."""
    return version >= TOKEN_SECRET_SINCE


def is_hosted(url: str) -> bool:
    """Whether the workspace is hosted by Rocket.Chat."""
    return (urlsplit(url).hostname or "").endswith(HOSTED)


def generate() -> Secret:
    """A new secret."""
    return Secret(secrets.token_urlsafe(32))


def line(version: Version, secret: Secret) -> Secret:
    """The line of the environment."""
    return Secret(f"{VARIABLE}={secret.reveal()}" if is_wanted(version) else f"{FORMER_VARIABLE}=true")


def ways(version: Version) -> tuple[Way, ...]:
    """How to hand it to the server; the secret itself stands in none, so that it gets into no command's arguments."""
    name = VARIABLE if is_wanted(version) else FORMER_VARIABLE
    return (
        Way(
            _("Docker Compose: the line goes into .env beside compose.yml; then `docker compose up -d`"),
            f"services:\n  rocketchat:\n    environment:\n      {name}: ${{{name}}}",
        ),
        Way(
            _("Kubernetes, with the Helm chart: the line goes into rocketchat.env; extraEnv into values.yaml"),
            "kubectl create secret generic rocketchat-tokens --from-env-file=rocketchat.env\n\n"
            f"extraEnv: |\n  - name: {name}\n    valueFrom:\n      secretKeyRef:\n"
            f"        name: rocketchat-tokens\n        key: {name}",
        ),
        Way(
            _("systemd: the line goes into /etc/rocketchat.env, which root alone may read"),
            "systemctl edit rocketchat\n\n[Service]\nEnvironmentFile=/etc/rocketchat.env\n\n"
            "systemctl restart rocketchat",
        ),
    )
