"""Which roles may do what: Rocket.Chat's defaults for the permissions that the stand-in asks for.

From apps/meteor/app/authorization/server/constant/permissions.ts.
"""

DEFAULT_PERMISSIONS: dict[str, frozenset[str]] = {
    "access-permissions": frozenset({"admin"}),
    "add-team-member": frozenset({"admin", "owner", "moderator"}),
    "add-user-to-any-c-room": frozenset({"admin"}),
    "add-user-to-any-p-room": frozenset(),
    "add-user-to-joined-room": frozenset({"admin", "owner", "moderator"}),
    "api-bypass-rate-limit": frozenset({"admin", "bot", "app"}),
    "assign-admin-role": frozenset({"admin"}),
    "create-c": frozenset({"admin", "user", "bot", "app"}),
    "create-p": frozenset({"admin", "user", "bot", "app"}),
    "create-personal-access-tokens": frozenset({"admin", "user"}),
    "create-team": frozenset({"admin", "user"}),
    "create-user": frozenset({"admin"}),
    "delete-user": frozenset({"admin"}),
    "edit-other-user-active-status": frozenset({"admin"}),
    "edit-other-user-avatar": frozenset({"admin"}),
    "edit-other-user-info": frozenset({"admin"}),
    "edit-other-user-password": frozenset({"admin"}),
    "edit-privileged-setting": frozenset({"admin"}),
    "edit-team-member": frozenset({"admin", "owner", "moderator"}),
    "kick-user-from-any-c-room": frozenset({"admin"}),
    "kick-user-from-any-p-room": frozenset(),
    "logout-other-user": frozenset({"admin"}),
    "remove-user": frozenset({"admin", "owner", "moderator"}),
    "user-generate-access-token": frozenset({"admin"}),
    "view-all-teams": frozenset({"admin"}),
    "view-c-room": frozenset({"admin", "user", "bot", "app", "anonymous"}),
    "view-d-room": frozenset({"admin", "user", "bot", "app", "guest"}),
    "view-full-other-user-info": frozenset({"admin"}),
    "view-other-user-channels": frozenset({"admin"}),
    "view-privileged-setting": frozenset({"admin"}),
    "view-statistics": frozenset({"admin"}),
}
