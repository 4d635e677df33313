"""From a username of the site to usernames that the workspace takes."""

import re
import unicodedata
from collections.abc import Iterator
from itertools import islice

from rocketchat_auth.rest.workspace import UsernameRule

# Enough for namesakes, few enough that a broken rule is noticed.
_VARIANTS = 50


def candidates(wanted: str, rule: UsernameRule) -> Iterator[str]:
    """Usernames for ``wanted`` in the order in which they are to be tried.

    The first is ``wanted`` itself where ``rule`` (``UTF8_User_Names_Validation`` and the
    blocked names) takes it. Otherwise it is brought into the rule: the part of an e-mail
    address before the ``@``, without accents, other characters as dots. Then the same with
    a number behind it. Yields nothing where no spelling fits the rule.
    """
    spelt = UsernameRule(rule.pattern, blocked=frozenset())
    base = next((name for name in _spellings(wanted) if spelt.accepts(name)), None)
    if base is None:
        return
    yield from filter(rule.accepts, [base])
    for number in range(2, _VARIANTS + 1):
        marked = (f"{base}{mark}{number}" for mark in ("-", ".", "_", ""))
        yield from islice(filter(rule.accepts, marked), 1)


def _spellings(wanted: str) -> Iterator[str]:
    yield wanted
    local = wanted.split("@", 1)[0]
    yield local
    plain = unicodedata.normalize("NFKD", local).encode("ascii", "ignore").decode()
    for separator in ".", "-", "_", "":
        yield re.sub(r"[^0-9a-zA-Z]+", separator, plain).strip(".-_")
    yield "user"
