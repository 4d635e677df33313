"""Kinds of arguments."""

from argparse import ArgumentTypeError

from django.utils.translation import gettext as _


def positive(text: str) -> int:
    """A whole number from 1 on."""
    if not text.isdecimal() or int(text) < 1:
        raise ArgumentTypeError(_("%r is not a whole number from 1 on") % text)
    return int(text)
