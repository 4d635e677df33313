"""Chat accounts in the admin: to look at, since Rocket.Chat has the last word on them, and to act on by actions.

`AccountInline` is the panel for a site's own page of users.
"""

from rocketchat_auth.admin.accounts import AccountAdmin
from rocketchat_auth.admin.panel import AccountInline

__all__ = ["AccountAdmin", "AccountInline"]
