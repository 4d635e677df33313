"""What a person is told who is signed in to the site and not let into chat."""

import math
from dataclasses import dataclass

from django.utils.functional import Promise
from django.utils.translation import gettext_lazy as _
from django.utils.translation import ngettext

from rocketchat_auth.accounts.refusals import RefusalReason


@dataclass(frozen=True, slots=True)
class Explanation:
    """A refusal in words: the heading, what it means, what to do, and whether trying again can help."""

    heading: str | Promise
    meaning: str | Promise
    advice: str | Promise
    status: int = 403
    can_retry: bool = False


_ASK = _("If you think this is a mistake, tell the people who run this site, and give them the reference below.")

_EXPLANATIONS = {
    RefusalReason.NOT_ALLOWED: Explanation(
        _("Chat is not open to you"), _("Your account on this site is not allowed to use chat."), _ASK
    ),
    RefusalReason.CONFLICT: Explanation(
        _("Your chat account needs a look"),
        _("Chat already has an account with your name or email address, and it is not tied to you yet."),
        _("Ask the people who run this site to tie it to your account, and give them the reference below."),
    ),
    RefusalReason.NO_EMAIL: Explanation(
        _("Chat needs your email address"),
        _("Your account on this site has no email address, and chat cannot do without one."),
        _("Add an email address to your account on this site, then try again."),
        can_retry=True,
    ),
    RefusalReason.INACTIVE: Explanation(
        _("Your chat account is switched off"), _("Somebody who runs the chat deactivated your account there."), _ASK
    ),
    RefusalReason.ADMINISTRATOR: Explanation(
        _("This is an administrator's chat account"),
        _("This site does not sign administrators of the chat in."),
        _("Sign in to chat with the password of that account, or ask the people who run this site."),
    ),
    RefusalReason.UNAVAILABLE: Explanation(
        _("Chat cannot be reached"),
        _("The chat does not answer at the moment. The rest of this site is not affected."),
        _("Wait a few minutes, then try again."),
        status=503,
        can_retry=True,
    ),
    RefusalReason.BUSY: Explanation(
        _("Chat is busy"),
        _("Many people are signing in to chat at this moment."),
        _("Wait a minute, then try again."),
        status=503,
        can_retry=True,
    ),
    RefusalReason.MISCONFIGURED: Explanation(
        _("Chat is not set up properly"),
        _("This site and the chat do not work together as they should. Your account is fine."),
        _("Tell the people who run this site, and give them the reference below."),
        status=500,
        can_retry=True,
    ),
    RefusalReason.UNEXPECTED: Explanation(
        _("Something went wrong"),
        _("You could not be signed in to chat because of a fault on this site. Your account is fine."),
        _("Try again. If that does not help, tell the people who run this site, and give them the reference below."),
        status=500,
        can_retry=True,
    ),
}


def explain(reason: RefusalReason, retry_after: float | None = None) -> Explanation:
    """Put ``reason`` into words.

    Args:
        retry_after: seconds after which trying again makes sense, where that is known.
    """
    explanation = _EXPLANATIONS[reason]
    if reason is not RefusalReason.BUSY or retry_after is None:
        return explanation
    seconds = whole_seconds(retry_after)
    advice = ngettext("Wait %(seconds)d second, then try again.", "Wait %(seconds)d seconds, then try again.", seconds)
    return Explanation(
        explanation.heading, explanation.meaning, advice % {"seconds": seconds}, explanation.status, can_retry=True
    )


def whole_seconds(seconds: float) -> int:
    """``seconds`` rounded up, and at least 1, as Retry-After wants them."""
    return max(1, math.ceil(seconds))
