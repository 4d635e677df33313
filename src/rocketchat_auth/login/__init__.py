"""From a session of the site to one Rocket.Chat login."""

from rocketchat_auth.accounts.refusals import RefusalReason
from rocketchat_auth.login.answered import begin, finish_with
from rocketchat_auth.login.asked_to_leave import TooOften, has_left_chat
from rocketchat_auth.login.former import COOKIE as FORMER_COOKIE
from rocketchat_auth.login.former import remember_former_session, remember_session
from rocketchat_auth.login.leaving import LeftChat
from rocketchat_auth.login.refusals import LoginRefused
from rocketchat_auth.login.session_tokens import token_for
from rocketchat_auth.login.sources.base import ChatLogin, Source
from rocketchat_auth.login.transitions import session_key_changed
from rocketchat_auth.login.windows import claim, hand_over, may_claim

__all__ = [
    "FORMER_COOKIE",
    "ChatLogin",
    "LeftChat",
    "LoginRefused",
    "RefusalReason",
    "Source",
    "TooOften",
    "begin",
    "claim",
    "finish_with",
    "hand_over",
    "has_left_chat",
    "may_claim",
    "remember_former_session",
    "remember_session",
    "session_key_changed",
    "token_for",
]
