"""The login desk in the place of `rocketchat_auth.login`: it gives what a test tells it to, and keeps a book."""

from dataclasses import dataclass, field

from django.http import HttpRequest

from rocketchat_auth.login import ChatLogin
from rocketchat_auth.rest import Secret

TOKEN = "kX3vJ0m8-Zt5qYpLr_2bNwE7uHsA1dCfGiO4TjVxKy6"
ORIGIN = "https://chat.example.com"


@dataclass
class LoginDesk:
    """`token_for` and `session_key_changed` as the web calls them."""

    token: str = TOKEN
    error: Exception | None = None
    #: Whether each call asked for a fresh token.
    asked: list[bool] = field(default_factory=list)
    #: Whether each call was for a page in the chat's frame.
    handing_over: list[bool] = field(default_factory=list)
    #: The session keys, old and new, of each change that was told.
    changes: list[tuple[str, str | None]] = field(default_factory=list)
    former: str | None = None

    def token_for(self, request: HttpRequest, *, fresh: bool = False, handing_over: bool = False) -> ChatLogin:
        self.asked.append(fresh)
        self.handing_over.append(handing_over)
        if self.error is not None:
            raise self.error
        return ChatLogin(secret=Secret(self.token), user_id="rocketchatUserId1")

    def session_key_changed(self, request: HttpRequest, old: str, new: str | None) -> str | None:
        self.changes.append((old, new))
        if self.error is not None:
            raise self.error
        return self.former
