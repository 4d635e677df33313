"""Whether Rocket.Chat can be reached, and whether it is Rocket.Chat."""

from collections.abc import Iterator
from email.utils import parsedate_to_datetime

from django.utils.translation import gettext_lazy as _

from rocketchat_auth import rest
from rocketchat_auth.conf import conf
from rocketchat_auth.doctor.findings import Finding, Found, Severity, Topic
from rocketchat_auth.doctor.patient import Patient
from rocketchat_auth.rest import reading
from rocketchat_auth.rest.answer import Received

DAYS_LEFT = 21
SECONDS_APART = 60
_DAY = 86400.0

_NOBODY_GETS_IN = _("Nobody can sign in to chat, and no account is made or changed.")

UNREACHABLE = Finding(
    "D111",
    Severity.PROBLEM,
    _("Rocket.Chat can't be reached: {reason}"),
    _NOBODY_GETS_IN,
    _("Run `curl -i {url}/api/info` on this server. If that fails too, mend ROCKETCHAT_URL, the name or the firewall."),
)
SLOW = Finding(
    "D112",
    Severity.PROBLEM,
    _("Rocket.Chat does not answer in time: {reason}"),
    _NOBODY_GETS_IN,
    _("Look whether Rocket.Chat is up and not overloaded, and whether a firewall drops what this server sends to it."),
)
TLS_FAILED = Finding(
    "D113",
    Severity.PROBLEM,
    _("There is no TLS connection to Rocket.Chat: {reason}"),
    _NOBODY_GETS_IN,
    _('Serve the whole chain of certificates, or name your own authority: ROCKETCHAT_CA_FILE = "/path/of/ca.pem"'),
)
FAULT = Finding(
    "D114",
    Severity.PROBLEM,
    _("{url} answers with status {status}: Rocket.Chat, or the proxy before it, has a fault."),
    _NOBODY_GETS_IN,
    _("Look into the logs of Rocket.Chat and of the proxy before it."),
)
NOT_ROCKETCHAT = Finding(
    "D115",
    Severity.PROBLEM,
    _("What answers at {url} is not Rocket.Chat: /api/info gives status {status} and no version."),
    _NOBODY_GETS_IN,
    _("Set ROCKETCHAT_URL to the address that people open in the browser, with the path if the chat lives below one."),
)
REDIRECTS = Finding(
    "D116",
    Severity.PROBLEM,
    _("{url} answers with a redirect, which is not followed, since it would take the credentials along."),
    _NOBODY_GETS_IN,
    'ROCKETCHAT_URL = "{target}"',
)
CERTIFICATE_ENDS = Finding(
    "D117",
    Severity.WARNING,
    _("The certificate of {url} expires in {days} days."),
    _("From then on nobody can sign in to chat."),
    _("Renew it, and see why that does not happen by itself."),
)
CLOCKS_DIFFER = Finding(
    "D118",
    Severity.WARNING,
    _("The clocks of this server and of Rocket.Chat are {seconds} seconds apart."),
    _("Login tokens and rate limits are reckoned by time: people are signed out early, or calls are refused."),
    _("Let both servers keep their time by NTP: timedatectl set-ntp true"),
)
FINDINGS = (UNREACHABLE, SLOW, TLS_FAILED, FAULT, NOT_ROCKETCHAT, REDIRECTS, CERTIFICATE_ENDS, CLOCKS_DIFFER)


def probe(patient: Patient) -> Iterator[Found]:
    """Ask once for what anybody may know, and look at everything that comes back."""
    client = patient.client
    try:
        received = client.look("info")
    except rest.TlsFailed as error:
        yield TLS_FAILED.seen(reason=error)
    except rest.TimedOut as error:
        yield SLOW.seen(reason=error)
    except rest.Unavailable as error:
        yield UNREACHABLE.seen(reason=error, url=conf.url)
    else:
        yield from _of_answer(received)
        yield from _of_times(received, client.clock.time())


def _of_answer(received: Received) -> Iterator[Found]:
    url, status = conf.url, received.status
    if 300 <= status < 400:
        target = reading.redirected_to(received, "info", url)
        yield REDIRECTS.seen(url=url, target=target or _("the address that people open in the browser"))
    elif status >= 500:
        yield FAULT.seen(url=url, status=status)
    elif rest.workspace.version_of(received.json_object() or {}) is None:
        yield NOT_ROCKETCHAT.seen(url=url, status=status)


def _of_times(received: Received, now: float) -> Iterator[Found]:
    if received.certificate_ends is not None and received.certificate_ends - now < DAYS_LEFT * _DAY:
        yield CERTIFICATE_ENDS.seen(url=conf.url, days=int((received.certificate_ends - now) // _DAY))
    try:
        apart = abs(parsedate_to_datetime(received.headers.get("date", "")).timestamp() - now)
    except ValueError:
        return
    if apart > SECONDS_APART:
        yield CLOCKS_DIFFER.seen(seconds=round(apart))


TOPIC = Topic(
    "connection",
    _("Connection to Rocket.Chat"),
    FINDINGS,
    probe,
    _("Rocket.Chat answers, and its certificate is good."),
)
