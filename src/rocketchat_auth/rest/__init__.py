"""Talking to Rocket.Chat: transport, errors, users, the workspace, and what each version wants.

Nothing here knows a Django model. `rest.service` has the client that the site's settings make.
"""

from rocketchat_auth.rest import (
    avatars,
    patches,
    permissions,
    personal_tokens,
    roles,
    rooms,
    settings,
    standing,
    teams,
    users,
    workspace,
)
from rocketchat_auth.rest.answer import Answer
from rocketchat_auth.rest.avatars import Image
from rocketchat_auth.rest.breaker import Breaker
from rocketchat_auth.rest.budget import Budget
from rocketchat_auth.rest.call import SERVICE, Credentials, File
from rocketchat_auth.rest.client import Client
from rocketchat_auth.rest.clock import Clock, SystemClock
from rocketchat_auth.rest.errors import (
    BadAnswer,
    BlockedUsername,
    BreakerOpen,
    CredentialsRefused,
    Federated,
    Inactive,
    InvalidField,
    InvalidParameters,
    LastOwner,
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
from rocketchat_auth.rest.pacing import Pacer
from rocketchat_auth.rest.rooms import Room, RoomKind
from rocketchat_auth.rest.secret import Secret
from rocketchat_auth.rest.teams import Team
from rocketchat_auth.rest.two_factor import AskSecondFactor, SecondFactor
from rocketchat_auth.rest.user import Email, NewUser, User, UserRoom
from rocketchat_auth.rest.users import Page
from rocketchat_auth.rest.workspace import UsernameRule, Version

__all__ = [
    "SERVICE",
    "Answer",
    "AskSecondFactor",
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
    "Federated",
    "File",
    "Image",
    "Inactive",
    "InvalidField",
    "InvalidParameters",
    "LastOwner",
    "NewUser",
    "NotFound",
    "Pacer",
    "Page",
    "PermissionRefused",
    "RateLimit",
    "RateLimited",
    "Refused",
    "RocketChatError",
    "Room",
    "RoomKind",
    "SecondFactor",
    "SecondFactorRequired",
    "Secret",
    "SystemClock",
    "Taken",
    "Team",
    "TimedOut",
    "TlsFailed",
    "Unavailable",
    "Unreachable",
    "User",
    "UserRoom",
    "UsernameRule",
    "Version",
    "avatars",
    "patches",
    "permissions",
    "personal_tokens",
    "roles",
    "rooms",
    "settings",
    "standing",
    "teams",
    "users",
    "workspace",
]
