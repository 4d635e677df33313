"""The QR codes of the page with the ways into chat."""

from dataclasses import dataclass, field

import segno
from django.http import HttpRequest
from django.urls import reverse
from django.utils.safestring import SafeString, mark_safe

from rocketchat_auth import login
from rocketchat_auth.web import links


@dataclass(frozen=True, slots=True)
class QrCode:
    """A code to put into a template. No string: reports of errors show what a template was given."""

    address: login.Secret = field(repr=False)

    def __str__(self) -> SafeString:
        # Dark on white in a dark page too, and four modules of white around it: cameras want both.
        svg = segno.make(self.address.reveal(), error="m", micro=False).svg_inline(
            border=4, dark="#000", light="#fff", omitsize=True, svgclass="qr", lineclass=None
        )
        return mark_safe(svg)  # noqa: S308 (an address becomes squares there, and no text)


def opening_app() -> QrCode:
    """A code that opens the chat in the app, and gives nothing away.

    Raises:
        rocketchat_auth.conf.SettingError: `ROCKETCHAT_URL` is missing or unusable.
    """
    return QrCode(login.Secret(links.app_link()))


def signing_in(request: HttpRequest) -> QrCode:
    """A new code that signs the app of a phone in as the person of the request."""
    code = login.code_for_phone(request)
    address = request.build_absolute_uri(reverse("rocketchat_auth:phone"))
    return QrCode(login.Secret(f"{address}?code={code.reveal()}"))
