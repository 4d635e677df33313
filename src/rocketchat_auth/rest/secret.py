"""Values that must not be seen."""

import hmac
from typing import Self


class Secret:
    """A token, password or shared secret that shows itself to nobody who does not ask.

    It is no string on purpose: reports of errors (Django's, Sentry's) print the strings that they find in local
    variables, and for anything else they print its repr.

    Args:
        value: what is to be hidden.
    """

    __slots__ = ("_value",)

    def __init__(self, value: str) -> None:
        self._value = value

    @classmethod
    def of(cls, value: "str | Secret") -> Self | "Secret":
        """Hide a string; what is hidden already stays as it is."""
        return value if isinstance(value, Secret) else cls(value)

    def reveal(self) -> str:
        """The value itself. Use it in an expression, never keep it in a variable."""
        return self._value

    def __eq__(self, other: object) -> bool:
        if not isinstance(other, Secret):
            return NotImplemented
        return hmac.compare_digest(self._value.encode(), other._value.encode())

    def __hash__(self) -> int:
        return hash(self._value)

    def __bool__(self) -> bool:
        return bool(self._value)

    def __repr__(self) -> str:
        return "Secret(hidden)"
