"""Why something was not done, for the person in front of the admin, and what to do."""

import math

from django.utils.translation import gettext_lazy as _

from rocketchat_auth import rest

_SENTENCES = (
    (rest.RateLimited, _("Rocket.Chat takes no more calls for %(seconds)d s. Try again then.")),
    (rest.Unavailable, _("Rocket.Chat does not answer. Try again later.")),
    (
        rest.CredentialsRefused,
        _("Rocket.Chat does not take the service account's token. Put a new one into ROCKETCHAT_AUTH_TOKEN."),
    ),
    (
        rest.PermissionRefused,
        _("The service account may not do that. In Rocket.Chat, give one of its roles the permission %(permission)s."),
    ),
    (rest.NotFound, _("The account is gone in Rocket.Chat. Sync it.")),
    (rest.Federated, _("The account is at home on another server, and only there can it be changed.")),
)
_MEET_EVERYBODY = (rest.RateLimited, rest.CredentialsRefused, rest.PermissionRefused, rest.SecondFactorRequired)


def advice(error: Exception, permission: str) -> str:
    """A sentence or two.

    Args:
        error: what came in between.
        permission: what the service account needs for what was tried.
    """
    values = {"permission": permission, "seconds": math.ceil(getattr(error, "wait", 0))}
    return next((sentence % values for kind, sentence in _SENTENCES if isinstance(error, kind)), str(error))


def meets_everybody(error: Exception) -> bool:
    """Whether the next account would only fail for the same reason."""
    return not isinstance(error, rest.Refused) or isinstance(error, _MEET_EVERYBODY)
