"""What is asked of Rocket.Chat, kept so that nobody sees what it carries."""

import json as json_format
import re
from collections.abc import Iterator, Mapping
from dataclasses import dataclass, field
from functools import cache
from importlib.metadata import version as version_of
from typing import Final

import httpx2

from rocketchat_auth.rest.secret import Secret
from rocketchat_auth.rest.two_factor import SecondFactor

_HEADER_VALUE = re.compile(r"[\x21-\x7e]+")


@dataclass(frozen=True, slots=True)
class Credentials:
    """A user's `_id` and one of the user's tokens, as `X-User-Id` and `X-Auth-Token` carry them."""

    user_id: str
    auth_token: str = field(repr=False)


SERVICE: Final = Credentials("", "")
"""Stands for the credentials that a client was made with."""


@dataclass(frozen=True, slots=True)
class File:
    """A file to upload. Its content may be a person's picture, so it has no part in the repr.

    Args:
        content: its bytes.
        content_type: such as `image/png`.
        filename: what it is called; a server may judge it by its ending.
    """

    content: bytes = field(repr=False)
    content_type: str
    filename: str = field(repr=False)


@dataclass(frozen=True, slots=True)
class Call:
    """One thing to ask. Its repr has the method and the endpoint, and nothing that it carries.

    Args:
        method: the HTTP method.
        endpoint: the path below `/api/`, or below the chat's own address where it is a page.
        params: the query.
        json: the body; what is secret in it is a `Secret`.
        credentials: whose call it is, or None for nobody's.
        form: fields and files, in place of `json`: a body of the type `multipart/form-data`, fields before files.
        second_factor: what goes beside the credentials where the endpoint asks for it.
        is_page: whether it is a page, as browsers open it.
    """

    method: str
    endpoint: str
    params: Mapping[str, str | int] | None = field(default=None, repr=False)
    json: Mapping[str, object] | None = field(default=None, repr=False)
    credentials: Credentials | None = field(default=None, repr=False)
    form: Mapping[str, str | File] | None = field(default=None, repr=False)
    second_factor: SecondFactor | None = field(default=None, repr=False)
    is_page: bool = field(default=False, repr=False)

    def has_usable_credentials(self) -> bool:
        """Whether user id and token can stand in a header."""
        return self.credentials is None or all(
            _HEADER_VALUE.fullmatch(value) for value in (self.credentials.user_id, self.credentials.auth_token)
        )

    def secrets(self) -> Iterator[Secret]:
        """What must not come back in an error."""
        if self.credentials is not None:
            yield Secret(self.credentials.auth_token)
        if self.second_factor is not None:
            yield self.second_factor.code
        yield from _secrets_in(self.json)

    def request(self, base_url: str, timeouts: httpx2.Timeout) -> httpx2.Request:
        """The request. An uncompressed answer is asked for, so that its length is what it seems."""
        accepted, below = ("text/html", base_url) if self.is_page else ("application/json", f"{base_url}/api")
        headers = {"Accept": accepted, "Accept-Encoding": "identity", "User-Agent": _user_agent()}
        if self.credentials is not None:
            headers |= {"X-User-Id": self.credentials.user_id, "X-Auth-Token": self.credentials.auth_token}
        if self.second_factor is not None:
            factor = self.second_factor
            headers |= {"X-2fa-Method": factor.method, "X-2fa-Code": factor.code.reveal()}
        if self.json is not None:
            headers["Content-Type"] = "application/json"
        form = self.form or {}
        return httpx2.Request(
            self.method,
            f"{below}/{self.endpoint}",
            params=self.params,
            headers=headers,
            content=None if self.json is None else json_format.dumps(self.json, default=_reveal).encode(),
            data={name: value for name, value in form.items() if isinstance(value, str)} or None,
            files={name: _part(value) for name, value in form.items() if isinstance(value, File)} or None,
            extensions={"timeout": timeouts.as_dict()},
        )


def _part(file: File) -> tuple[str, bytes, str]:
    return file.filename, file.content, file.content_type


def _secrets_in(value: object) -> Iterator[Secret]:
    if isinstance(value, Secret):
        yield value
    elif isinstance(value, Mapping):
        for part in value.values():
            yield from _secrets_in(part)
    elif isinstance(value, (list, tuple)):
        for part in value:
            yield from _secrets_in(part)


def _reveal(value: object) -> str:
    if isinstance(value, Secret):
        return value.reveal()
    raise TypeError(f"{type(value).__name__} has no form in JSON.")


@cache
def _user_agent() -> str:
    return f"django-rocketchat-auth/{version_of('django-rocketchat-auth')}"
