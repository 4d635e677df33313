"""Talking to Rocket.Chat: transport, errors, users, the workspace, and what each version wants.

Nothing here knows a Django model. `rest.service` has the client that the site's settings make.
"""

from rocketchat_auth.rest import users, workspace
from rocketchat_auth.rest.answer import Answer
from rocketchat_auth.rest.breaker import Breaker
from rocketchat_auth.rest.budget import Budget
from rocketchat_auth.rest.call import SERVICE, Credentials
from rocketchat_auth.rest.client import Client
from rocketchat_auth.rest.clock import Clock, SystemClock
from rocketchat_auth.rest.errors import (
    BadAnswer,
    BlockedUsername,
    BreakerOpen,
    CredentialsRefused,
    Inactive,
    InvalidField,
    InvalidParameters,
    NotFound,
    PermissionRefused,
    RateLimit,
    RateLimited,
    Refused,
    RocketChatError,
    SecondFactorRequired,
    Taken,
    TimedOut,
    TlsFailed,
    Unavailable,
    Unreachable,
)
from rocketchat_auth.rest.secret import Secret
from rocketchat_auth.rest.user import Email, NewUser, User
from rocketchat_auth.rest.workspace import UsernameRule, Version

__all__ = [
    "SERVICE",
    "Answer",
    "BadAnswer",
    "BlockedUsername",
    "Breaker",
    "BreakerOpen",
    "Budget",
    "Client",
    "Clock",
    "Credentials",
    "CredentialsRefused",
    "Email",
    "Inactive",
    "InvalidField",
    "InvalidParameters",
    "NewUser",
    "NotFound",
    "PermissionRefused",
    "RateLimit",
    "RateLimited",
    "Refused",
    "RocketChatError",
    "SecondFactorRequired",
    "Secret",
    "SystemClock",
    "Taken",
    "TimedOut",
    "TlsFailed",
    "Unavailable",
    "Unreachable",
    "User",
    "UsernameRule",
    "Version",
    "users",
    "workspace",
]
