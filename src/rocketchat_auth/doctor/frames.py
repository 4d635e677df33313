"""Who may show a page in a frame, by the rules that browsers go by: CSP's frame-ancestors, else X-Frame-Options."""

import re
from collections.abc import Iterator
from dataclasses import dataclass
from urllib.parse import SplitResult, urlsplit

import httpx2

_DEFAULT_PORTS = {"http": 80, "https": 443}
_HOST = re.compile(r"(?:(?P<scheme>[a-z]+)://)?(?P<host>(?:\*\.)?[^:/*']+)(?::(?P<port>\d+|\*))?(?:/.*)?")


@dataclass(frozen=True, slots=True)
class Framing:
    """What the headers of a page say of frames.

    Args:
        url: where the page is.
        headers: its headers.
    """

    url: str
    headers: httpx2.Headers

    def allows(self, origin: str) -> bool:
        """Whether a page of that origin may frame it."""
        page, framing = urlsplit(self.url), urlsplit(origin)
        policies = list(self._policies())
        if policies:
            return all(any(_matches(source, page, framing) for source in sources) for sources in policies)
        options = self._options()
        if "deny" in options:
            return False
        return "sameorigin" not in options or _is_same(page, framing)

    @property
    def words(self) -> str:
        """The header that decides, as it came, or ""."""
        name = "Content-Security-Policy" if list(self._policies()) else "X-Frame-Options"
        values = self.headers.get_list(name)
        return f"{name}: {', '.join(values)}" if values else ""

    def _policies(self) -> Iterator[list[str]]:
        """The sources of frame-ancestors, of each policy that has it: all of these have to allow a frame."""
        for header in self.headers.get_list("Content-Security-Policy"):
            for policy in header.lower().split(","):
                directives = (directive.split() for directive in policy.split(";"))
                # Of two directives of one name the first counts.
                yield from [words[1:] for words in directives if words[:1] == ["frame-ancestors"]][:1]

    def _options(self) -> set[str]:
        lines = self.headers.get_list("X-Frame-Options")
        return {value.strip().lower() for line in lines for value in line.split(",")}


def _matches(source: str, page: SplitResult, framing: SplitResult) -> bool:
    """Whether one source of frame-ancestors is about the page that frames; 'none' is about no page."""
    if source == "*":
        return True
    if source == "'self'":
        return _is_same(page, framing)
    if source.endswith(":"):
        return _scheme_fits(source[:-1], framing.scheme)
    found = _HOST.fullmatch(source)
    if found is None or not _scheme_fits(found["scheme"] or page.scheme, framing.scheme):
        return False
    port = found["port"] or str(_DEFAULT_PORTS[framing.scheme])
    return port in ("*", str(_port(framing))) and _host_fits(found["host"], framing.hostname or "")


def _is_same(page: SplitResult, framing: SplitResult) -> bool:
    return (page.scheme, page.hostname, _port(page)) == (framing.scheme, framing.hostname, _port(framing))


def _scheme_fits(wanted: str, scheme: str) -> bool:
    return wanted == scheme or (wanted, scheme) == ("http", "https")


def _host_fits(wanted: str, host: str) -> bool:
    return host.endswith(wanted[1:]) if wanted.startswith("*.") else host == wanted


def _port(parts: SplitResult) -> int:
    return parts.port or _DEFAULT_PORTS[parts.scheme]
