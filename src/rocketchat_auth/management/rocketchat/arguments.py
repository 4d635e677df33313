"""Kinds of arguments."""

from argparse import ArgumentTypeError

from django.utils.translation import gettext as _

from rocketchat_auth.setting_up.site import BadSite, Site


def positive(text: str) -> int:
    """A whole number from 1 on."""
    if not text.isdecimal() or int(text) < 1:
        raise ArgumentTypeError(_("%r is not a whole number from 1 on") % text)
    return int(text)


def site(text: str) -> str:
    """The address of a site, as a browser has it; a slash at its end is no matter."""
    try:
        return Site.at(text).url
    except BadSite:
        raise ArgumentTypeError(_("%r is not an address such as https://www.example.com") % text) from None
