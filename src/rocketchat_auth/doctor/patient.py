"""What is examined: a site, its workspace, and where browsers find the two."""

from dataclasses import dataclass, field

import httpx2

from rocketchat_auth import rest
from rocketchat_auth.rest import service


@dataclass(slots=True)
class Patient:
    """What the probes look at.

    Args:
        site: the site's own origin, `https://www.example.com`, as a browser has it; "" where it was not told, and then
            what has to be seen from outside is left out.
        browser: what requests from outside go through in place of the network: the seam for tests.
    """

    site: str = ""
    browser: httpx2.BaseTransport | None = field(default=None, repr=False)

    @property
    def client(self) -> rest.Client:
        """The client that the site's settings make. It asks also while calls are held back."""
        return service.client().unguarded()
