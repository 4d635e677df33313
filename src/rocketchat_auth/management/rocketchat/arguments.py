"""Kinds of arguments."""

from argparse import ArgumentTypeError
from urllib.parse import urlsplit

from django.utils.translation import gettext as _


def positive(text: str) -> int:
    """A whole number from 1 on."""
    if not text.isdecimal() or int(text) < 1:
        raise ArgumentTypeError(_("%r is not a whole number from 1 on") % text)
    return int(text)


def origin(text: str) -> str:
    """`scheme://host[:port]` of a site, as a browser has it; a slash at its end is no matter."""
    parts = urlsplit(text)
    if (
        parts.scheme not in ("http", "https")
        or not parts.hostname
        or text.rstrip("/") != f"{parts.scheme}://{parts.netloc}"
    ):
        raise ArgumentTypeError(_("%r is not an address such as https://www.example.com") % text)
    return text.rstrip("/")
