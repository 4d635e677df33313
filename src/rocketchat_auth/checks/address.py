"""The chat is reached by a connection that nobody on the way can read."""

from ipaddress import ip_address
from urllib.parse import urlsplit

from django.conf import settings
from django.core.checks import CheckMessage

from rocketchat_auth.checks.findings import Finding
from rocketchat_auth.checks.reading import usable
from rocketchat_auth.conf import conf

NOT_ENCRYPTED = Finding(
    "W001",
    "ROCKETCHAT_URL begins with http://, so whoever is on the way can read login tokens and take chat accounts over.",
    'ROCKETCHAT_URL = "https://{address}"',
)
FINDINGS = (NOT_ENCRYPTED,)


def check(**kwargs: object) -> list[CheckMessage]:
    """Plain http is for development and for a chat on the same machine."""
    url = usable(lambda: conf.url)
    if not url or not url.startswith("http://") or settings.DEBUG or _is_loopback(urlsplit(url).hostname or ""):
        return []
    return [NOT_ENCRYPTED.message(address=url.removeprefix("http://"))]


def _is_loopback(host: str) -> bool:
    host = host.removesuffix(".")
    if host == "localhost" or host.endswith(".localhost"):
        return True
    try:
        return ip_address(host).is_loopback
    except ValueError:
        return False
