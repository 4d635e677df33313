"""The host names under which the tests' site and its chat are known to the browsers."""

from dataclasses import dataclass


@dataclass(frozen=True, slots=True)
class Names:
    """The hosts of the site and of the chat."""

    site: str
    chat: str

    def __str__(self) -> str:
        return f"{self.chat} of {self.site}"


SAME_SITE = Names("www.example.com", "chat.example.com")
CROSS_SITE = Names("site.test", "chat.other.test")
ALL = (SAME_SITE.site, SAME_SITE.chat, CROSS_SITE.site, CROSS_SITE.chat)
