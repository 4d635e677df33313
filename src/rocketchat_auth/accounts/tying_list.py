"""A list of who is to have which chat account, in a CSV file."""

import csv
from collections.abc import Iterator
from dataclasses import dataclass
from pathlib import Path
from typing import BinaryIO

from django.utils.translation import gettext as _

_COLUMNS = ("user", "account")


@dataclass(frozen=True, slots=True)
class Entry:
    """One line of the list.

    Args:
        line: its number.
        user: the name by which a user signs in to the site.
        account: the username or `_id` of a chat account.
    """

    line: int
    user: str
    account: str


class BadList(ValueError):
    """A file that can't be used; the text names the line and says what is wrong with it."""


def read_list(path: Path) -> list[Entry]:
    """The entries of a file: CSV with commas in UTF-8, whose first line names the columns `user` and `account`.

    Raises:
        BadList: it is something else, can't be read, or names somebody twice.
    """
    try:
        with path.open("rb") as file:
            entries = list(_entries(file))
    except OSError as error:
        raise BadList(_("%(path)s cannot be read: %(why)s.") % {"path": path, "why": error.strerror}) from None
    for column in _COLUMNS:
        _check_no_doubles(entries, column)
    return entries


def _entries(file: BinaryIO) -> Iterator[Entry]:
    rows = csv.reader(_lines(file), strict=True)
    try:
        header = [name.strip().lower() for name in next(rows, [])]
        if not set(_COLUMNS) <= set(header):
            raise BadList(_("Line 1: it has to name the columns user and account, with a comma between them."))
        places = [header.index(column) for column in _COLUMNS]
        for row in rows:
            if not any(cell.strip() for cell in row):
                continue
            user, account = (row[place].strip() if place < len(row) else "" for place in places)
            if not user or not account:
                raise BadList(_("Line %d: it has to name a user and an account.") % rows.line_num)
            yield Entry(rows.line_num, user, account)
    except csv.Error as error:
        raise BadList(_("Line %(line)d: %(why)s.") % {"line": rows.line_num, "why": error}) from None


def _lines(file: BinaryIO) -> Iterator[str]:
    for number, line in enumerate(file, start=1):
        try:
            yield line.decode("utf-8-sig" if number == 1 else "utf-8")
        except UnicodeDecodeError:
            raise BadList(_("Line %d: it is not in UTF-8. Save the file as “CSV UTF-8”.") % number) from None


def _check_no_doubles(entries: list[Entry], column: str) -> None:
    lines: dict[str, int] = {}
    for entry in entries:
        name = getattr(entry, column)
        if name in lines:
            raise BadList(
                _("Line %(line)d: %(name)s is in line %(former)d already.")
                % {"line": entry.line, "name": name, "former": lines[name]}
            )
        lines[name] = entry.line
