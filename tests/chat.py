"""What happens in chat behind the site's back, done to the stand-in."""

from rocketchat_auth.login import ChatLogin
from rocketchat_auth.testing import StandIn
from rocketchat_auth.testing.tokens import find_entry

CREATE_TOKEN = ("POST", "/api/v1/users.createToken")
CREATE_USER = ("POST", "/api/v1/users.create")
INFO = ("GET", "/api/v1/users.info")
ME = ("GET", "/api/v1/me")
LOGIN = ("POST", "/api/v1/login")
LOGOUT = ("POST", "/api/v1/logout")
LOGOUT_EVERYWHERE = ("POST", "/api/v1/users.logout")


def is_live(stand_in: StandIn, login: ChatLogin) -> bool:
    """Whether the stand-in knows the token as one of that user."""
    user = stand_in.users.get(login.user_id)
    return user is not None and find_entry(user, login.token) is not None


def end_all_logins(stand_in: StandIn, username: str) -> None:
    stand_in.users.update(stand_in.user(username)["_id"], {"services.resume.loginTokens": []})


def set_active(stand_in: StandIn, username: str, *, active: bool) -> None:
    stand_in.users.update(stand_in.user(username)["_id"], {"active": active})


def set_roles(stand_in: StandIn, username: str, *roles: str) -> None:
    stand_in.users.update(stand_in.user(username)["_id"], {"roles": list(roles)})


def delete(stand_in: StandIn, username: str) -> None:
    stand_in.users.delete(stand_in.user(username)["_id"])
