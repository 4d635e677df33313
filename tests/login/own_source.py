"""A source such as a site may write."""

from rocketchat_auth.login import Source
from rocketchat_auth.models import Account
from rocketchat_auth.rest import Secret


class OwnSource(Source):
    def issue(self, account: Account, proposed: Secret) -> Secret:
        return Secret("a token of the site's own")
