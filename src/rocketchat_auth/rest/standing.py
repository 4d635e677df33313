"""What the service account is, and whether its token is asked for a second factor."""

from dataclasses import dataclass

from rocketchat_auth.rest.budget import Budget
from rocketchat_auth.rest.client import Client
from rocketchat_auth.rest.errors import RateLimit, RateLimited, Refused, SecondFactorRequired
from rocketchat_auth.rest.user import User, user_of

# No account has such an `_id`: those that Rocket.Chat makes have letters and digits alone.
NOBODY = "nobody.at.all"


@dataclass(frozen=True, slots=True)
class Standing:
    """What the service account is.

    Args:
        user: its account.
        rate: what the server told of its limit; None where it may call as often as it likes.
    """

    user: User
    rate: RateLimit | None


def standing(client: Client, *, budget: Budget | None = None) -> Standing:
    """Ask who the credentials belong to.

    Args:
        client: the client.
        budget: the allowance of this question, as for `users.me`.

    Raises:
        CredentialsRefused: user id and token are not good.
        RocketChatError: as for every call.
    """
    if budget is not None:
        budget.take()
    answer = client.call("GET", "v1/me")
    if budget is not None:
        budget.learn(answer.rate)
    user = user_of(answer.body)
    if user is None:
        raise answer.misshapen("_id")
    return Standing(user, answer.rate)


def asks_second_factor(client: Client) -> bool:
    """Whether the service account's token is asked for a second factor.

    `users.update` asks for one in all versions, before it looks at what is to be changed: here, nothing of nobody.

    Raises:
        Unavailable: there is no answer to go by.
        RateLimited: asked too often.
    """
    try:
        client.call("POST", "v1/users.update", json={"userId": NOBODY, "data": {}})
    except SecondFactorRequired:
        return True
    except RateLimited:
        raise
    except Refused:
        return False
    return False
