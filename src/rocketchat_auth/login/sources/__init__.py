"""Sources of login tokens, chosen by ``ROCKETCHAT_LOGIN_SOURCE``."""

from django.utils.module_loading import import_string

from rocketchat_auth.conf import conf
from rocketchat_auth.login.sources.base import AccountGone, ChatLogin, Source

_PATHS = {
    "create_token": "rocketchat_auth.login.sources.create_token.CreateTokenSource",
    "mongo": "rocketchat_auth.login.sources.mongo.MongoSource",
    "password": "rocketchat_auth.login.sources.password.PasswordSource",
}


def current_source() -> Source:
    """The source that the settings name."""
    name = conf.login_source
    source: Source = import_string(_PATHS.get(name, name))()
    return source


__all__ = ["AccountGone", "ChatLogin", "Source", "current_source"]
