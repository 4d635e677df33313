"""A session engine of a site's own: all that is known of it is what every engine has."""

from django.contrib.sessions.backends import db


class SessionStore(db.SessionStore):
    def exists(self, session_key: str) -> bool:
        return super().exists(session_key)
