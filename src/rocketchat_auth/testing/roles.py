"""Roles: which a workspace has from the beginning, and how one looks."""

from rocketchat_auth.testing.store import Document


def role_document(
    name: str, scope: str = "Users", description: str = "", *, role_id: str | None = None, protected: bool = False
) -> Document:
    """The document of a role; those that Rocket.Chat brings have their name as `_id`, and are protected."""
    return {
        "_id": role_id or name,
        "scope": scope,
        "description": description,
        "mandatory2fa": False,
        "name": name,
        "protected": protected,
    }


ROLES: dict[str, Document] = {
    name: role_document(name, scope, description, protected=True)
    for name, scope, description in (
        ("admin", "Users", "Admin"),
        ("moderator", "Subscriptions", "Moderator"),
        ("leader", "Subscriptions", "Leader"),
        ("owner", "Subscriptions", "Owner"),
        ("user", "Users", ""),
        ("bot", "Users", ""),
        ("app", "Users", ""),
        ("guest", "Users", ""),
        ("anonymous", "Users", ""),
        ("livechat-agent", "Users", "Livechat Agent"),
        ("livechat-manager", "Users", "Livechat Manager"),
    )
}
