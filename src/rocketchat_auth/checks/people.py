"""Nobody comes into somebody else's chat account."""

from django.core.checks import CheckMessage

from rocketchat_auth.checks.findings import Finding
from rocketchat_auth.checks.reading import load, usable
from rocketchat_auth.conf import conf

ADAPTER_NOT_IMPORTED = Finding(
    "E046",
    "ROCKETCHAT_ADAPTER names {path}, whose import ended with {error}.",
    'ROCKETCHAT_ADAPTER = "rocketchat_auth.adapter.Adapter"',
)
ADAPTER_NOT_A_CLASS = Finding(
    "E047",
    "ROCKETCHAT_ADAPTER names {path}, which is not a subclass of rocketchat_auth.adapter.Adapter.",
    'ROCKETCHAT_ADAPTER = "rocketchat_auth.adapter.Adapter"',
)
LINKED_BY_USERNAME = Finding(
    "W041",
    "ROCKETCHAT_LINK_EXISTING is 'username': whoever can choose a username on the site can take over the chat account "
    "of that name.",
    'ROCKETCHAT_LINK_EXISTING = "email"',
)
CHAT_OUTLIVES_LOGOUT = Finding(
    "W042",
    "ROCKETCHAT_LOGOUT is 'none': who next uses the same browser finds the chat of the person before.",
    'ROCKETCHAT_LOGOUT = "session"',
)
ADMINISTRATORS_BY_GROUP = Finding(
    "W043",
    "ROCKETCHAT_GROUPS gives the role admin: whoever may change that group on the site makes administrators of the "
    "chat.",
    'ROCKETCHAT_GROUPS = {...}  # without "admin" among the roles',
)
FINDINGS = (
    ADAPTER_NOT_IMPORTED,
    ADAPTER_NOT_A_CLASS,
    LINKED_BY_USERNAME,
    CHAT_OUTLIVES_LOGOUT,
    ADMINISTRATORS_BY_GROUP,
)


def check(**kwargs: object) -> list[CheckMessage]:
    """Whose account it is, and for how long."""
    found = _check_adapter()
    if usable(lambda: conf.link_existing) == "username":
        found.append(LINKED_BY_USERNAME.message())
    if usable(lambda: conf.logout) == "none":
        found.append(CHAT_OUTLIVES_LOGOUT.message())
    groups = usable(lambda: conf.groups) or {}
    if any("admin" in given.roles for given in groups.values()):
        found.append(ADMINISTRATORS_BY_GROUP.message())
    return found


def _check_adapter() -> list[CheckMessage]:
    path = usable(lambda: conf.adapter)
    if path is None:
        return []
    loaded, error = load(path)
    if error:
        return [ADAPTER_NOT_IMPORTED.message(path=path, error=error)]
    from rocketchat_auth.adapter import Adapter

    if isinstance(loaded, type) and issubclass(loaded, Adapter):
        return []
    return [ADAPTER_NOT_A_CLASS.message(path=path)]
