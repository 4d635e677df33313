"""Where browsers find the site, and what of it the workspace has to know."""

from dataclasses import dataclass
from urllib.parse import urljoin, urlsplit

from django.conf import settings
from django.shortcuts import resolve_url
from django.urls import reverse
from django.utils.http import urlencode

from rocketchat_auth.conf import SettingError
from rocketchat_auth.conf.addresses import parse_url


class BadSite(ValueError):
    """It is not the address of a site."""


@dataclass(frozen=True, slots=True)
class Site:
    """The site as browsers see it.

    Args:
        url: its address without a slash at its end, a path included where the site lives below one.
        origin: `scheme://host[:port]`, as browsers write it.
    """

    url: str
    origin: str

    @classmethod
    def at(cls, address: str) -> "Site":
        """The site at that address.

        Raises:
            BadSite: it is none.
        """
        try:
            parsed = parse_url(address)
        except SettingError:
            raise BadSite(address) from None
        return cls(parsed.url, parsed.origin)

    @property
    def iframe_url(self) -> str:
        """The login page, from where a person comes to the page that hands the login token over.

        Raises:
            NoReverseMatch: the site's URLconf does not include the package's.
        """
        login_page = self.absolute(resolve_url(settings.LOGIN_URL))
        separator = "&" if "?" in login_page else "?"
        query = urlencode({"next": reverse("rocketchat_auth:redirect")}).replace("%2F", "/")
        return f"{login_page}{separator}{query}"

    @property
    def redirect_url(self) -> str:
        """The page that hands the login token over.

        Raises:
            NoReverseMatch: the site's URLconf does not include the package's.
        """
        return self.absolute(reverse("rocketchat_auth:redirect"))

    @property
    def api_url(self) -> str:
        """What the chat asks whether somebody is signed in.

        Raises:
            NoReverseMatch: the site's URLconf does not include the package's.
        """
        return self.absolute(reverse("rocketchat_auth:api"))

    @property
    def logout_url(self) -> str:
        """What the chat's Logout calls.

        Raises:
            NoReverseMatch: the site's URLconf does not include the package's.
        """
        return self.absolute(reverse("rocketchat_auth:logout"))

    def absolute(self, path: str) -> str:
        """The address of what the site's settings or its URLconf have at that path, which may be an address itself."""
        if urlsplit(path).netloc:
            return urljoin(self.origin, path)
        prefix = self.url.removeprefix(self.origin)
        return f"{self.origin}{path}" if path.startswith(f"{prefix}/") else f"{self.url}{path}"
