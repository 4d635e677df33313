"""Roles: which there are, and who has them."""

from rocketchat_auth.testing.store import Document


def _role(name: str, scope: str, description: str) -> Document:
    return {
        "_id": name,
        "scope": scope,
        "description": description,
        "mandatory2fa": False,
        "name": name,
        "protected": True,
    }


ROLES: dict[str, Document] = {
    role["_id"]: role
    for role in (
        _role("admin", "Users", "Admin"),
        _role("moderator", "Subscriptions", "Moderator"),
        _role("leader", "Subscriptions", "Leader"),
        _role("owner", "Subscriptions", "Owner"),
        _role("user", "Users", ""),
        _role("bot", "Users", ""),
        _role("app", "Users", ""),
        _role("guest", "Users", ""),
        _role("anonymous", "Users", ""),
        _role("livechat-agent", "Users", "Livechat Agent"),
        _role("livechat-manager", "Users", "Livechat Manager"),
    )
}
