"""Who may show a page in a frame, by the rules that browsers go by: CSP's frame-ancestors, else X-Frame-Options."""

import re
from collections.abc import Iterator
from dataclasses import dataclass
from urllib.parse import SplitResult, urlsplit

import httpx2

_DEFAULT_PORTS = {"http": 80, "https": 443}
_HOST = re.compile(r"(?:(?P<scheme>[a-z]+)://)?(?P<host>\*|(?:\*\.)?[\w.-]+)(?::(?P<port>\d{1,5}|\*))?(?:/.*)?")
_MAX_PORT = 65535
_STRANGER = "stranger.invalid"


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

    def others(self, *known: str) -> list[str]:
        """The sources of frame-ancestors that let in more than the page's own origin and the ones that are known.

        Args:
            known: origins. What is written in another way than these, with a wildcard say, lets in more.
        """
        page = urlsplit(self.url)
        ours = [page, *map(urlsplit, known)]
        sources = dict.fromkeys(source for policy in self._policies() for source in policy)
        return [source for source in sources if self._lets_in_others(_let_in(source, page), ours)]

    def _lets_in_others(self, origin: str, ours: list[SplitResult]) -> bool:
        return bool(origin) and not any(_is_same(each, urlsplit(origin)) for each in ours) and self.allows(origin)

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


def _let_in(source: str, page: SplitResult) -> str:
    """An origin that a source of frame-ancestors is about, a stranger's where it may be; "" where no page has one."""
    if source == "*":
        return f"https://{_STRANGER}"
    if source.endswith(":"):
        return f"{source}//{_STRANGER}" if source[:-1] in _DEFAULT_PORTS else ""
    found = _HOST.fullmatch(source)
    scheme = found and (found["scheme"] or page.scheme)
    if found is None or scheme not in _DEFAULT_PORTS:
        return ""
    host = _STRANGER if found["host"] == "*" else found["host"].replace("*", "stranger")
    port = (found["port"] or str(_DEFAULT_PORTS[scheme])).replace("*", "1")
    return f"{scheme}://{host}:{port}" if int(port) <= _MAX_PORT else ""


def _is_same(page: SplitResult, framing: SplitResult) -> bool:
    return (page.scheme, page.hostname, _port(page)) == (framing.scheme, framing.hostname, _port(framing))


def _scheme_fits(wanted: str, scheme: str) -> bool:
    return wanted == scheme or (wanted, scheme) == ("http", "https")


def _host_fits(wanted: str, host: str) -> bool:
    return host.endswith(wanted[1:]) if wanted.startswith("*") else host == wanted


def _port(parts: SplitResult) -> int:
    return parts.port or _DEFAULT_PORTS[parts.scheme]
