"""Calls to the chat end in time, and trust whom they should."""

import ssl

from django.core.checks import CheckMessage

from rocketchat_auth.checks.findings import Finding
from rocketchat_auth.checks.reading import usable
from rocketchat_auth.conf import conf

LONGEST = 30.0

CA_FILE_UNREADABLE = Finding(
    "E055",
    "ROCKETCHAT_CA_FILE names a file that cannot be read or holds no certificate.",
    'ROCKETCHAT_CA_FILE = "/etc/ssl/certs/our-ca.pem"',
)
CONNECT_TIMEOUT_LONG = Finding(
    "W051",
    "ROCKETCHAT_CONNECT_TIMEOUT is above 30 seconds: while the chat is down, people wait so long at each sign-in.",
    "ROCKETCHAT_CONNECT_TIMEOUT = 2.0",
)
READ_TIMEOUT_LONG = Finding(
    "W052",
    "ROCKETCHAT_READ_TIMEOUT is above 30 seconds: while the chat hangs, people wait so long at each sign-in.",
    "ROCKETCHAT_READ_TIMEOUT = 5.0",
)
FINDINGS = (CA_FILE_UNREADABLE, CONNECT_TIMEOUT_LONG, READ_TIMEOUT_LONG)


def check(**kwargs: object) -> list[CheckMessage]:
    """Timeouts and certificate authorities."""
    found = []
    ca_file = usable(lambda: conf.ca_file)
    if ca_file and not _holds_certificates(ca_file):
        found.append(CA_FILE_UNREADABLE.message())
    if (usable(lambda: conf.connect_timeout) or 0) > LONGEST:
        found.append(CONNECT_TIMEOUT_LONG.message())
    if (usable(lambda: conf.read_timeout) or 0) > LONGEST:
        found.append(READ_TIMEOUT_LONG.message())
    return found


def _holds_certificates(path: str) -> bool:
    context = ssl.SSLContext(ssl.PROTOCOL_TLS_CLIENT)
    try:
        context.load_verify_locations(cafile=path)
    except (OSError, ValueError):
        return False
    return True
