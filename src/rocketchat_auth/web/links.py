"""Addresses of the chat for a browser and for Rocket.Chat's own apps."""

from urllib.parse import quote

from rocketchat_auth.conf import conf
from rocketchat_auth.login import ChatLogin

APP_LINK = "https://go.rocket.chat/auth?host="
OWN_SCHEME = "rocketchat://auth?host="
"""The same in the app's own scheme: where there is no app, a link to go.rocket.chat tells that server what is in it."""


def chat_link() -> str:
    """The front page of the chat.

    Raises:
        rocketchat_auth.conf.SettingError: `ROCKETCHAT_URL` is missing or unusable.
    """
    return f"{conf.url}/"


def app_link() -> str:
    """The link that opens the chat in Rocket.Chat's mobile app and gives nothing away: it bears no token.

    A bare host means https at the root of that host; whatever else is written out as a URL, which the app takes as
    well. Documented on developer.rocket.chat, "Deep Linking"; the app reads it in `app/sagas/deepLinking.js`.

    Raises:
        rocketchat_auth.conf.SettingError: `ROCKETCHAT_URL` is missing or unusable.
    """
    return APP_LINK + _host()


def app_sign_in_link(chat_login: ChatLogin) -> str:
    """The link that opens the app and signs it in: for nobody's eyes but the phone's.

    Raises:
        rocketchat_auth.conf.SettingError: `ROCKETCHAT_URL` is missing or unusable.
    """
    token, user_id = quote(chat_login.token, safe=""), quote(chat_login.user_id, safe="")
    return f"{OWN_SCHEME}{_host()}&token={token}&userId={user_id}"


def _host() -> str:
    url = conf.url
    host = url.removeprefix("https://")
    # The app takes a host for a URL when it begins with "http", even if that is its name.
    return quote(url if "/" in host or host.startswith("http") else host, safe="")
