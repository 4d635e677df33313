"""From a session of the site to one Rocket.Chat login."""

from rocketchat_auth.accounts.refusals import RefusalReason
from rocketchat_auth.login.answered import begin, finish_with
from rocketchat_auth.login.asked_to_leave import TooOften, has_left_chat
from rocketchat_auth.login.former import COOKIE as FORMER_COOKIE
from rocketchat_auth.login.former import remember_former_session, remember_session
from rocketchat_auth.login.identity import session_goes_on
from rocketchat_auth.login.leaving import LeftChat
from rocketchat_auth.login.phones import code_for_phone, count_phones, sign_in_phone, sign_out_phones, user_of_code
from rocketchat_auth.login.refusals import LoginRefused, refuse
from rocketchat_auth.login.session_tokens import token_for
from rocketchat_auth.login.sources.base import ChatLogin, Source
from rocketchat_auth.login.transitions import session_key_changed
from rocketchat_auth.login.windows import claim, hand_over, may_claim
from rocketchat_auth.rest import Secret

__all__ = [
    "FORMER_COOKIE",
    "ChatLogin",
    "LeftChat",
    "LoginRefused",
    "RefusalReason",
    "Secret",
    "Source",
    "TooOften",
    "begin",
    "claim",
    "code_for_phone",
    "count_phones",
    "finish_with",
    "hand_over",
    "has_left_chat",
    "may_claim",
    "refuse",
    "remember_former_session",
    "remember_session",
    "session_goes_on",
    "session_key_changed",
    "sign_in_phone",
    "sign_out_phones",
    "token_for",
    "user_of_code",
]
