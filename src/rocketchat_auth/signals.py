"""What an audit log wants to know of sign-ins to chat, and of what becomes of chat accounts.

Every signal is sent with keyword arguments only, after the fact. A receiver that raises is
logged and never keeps a person out.
"""

from django.dispatch import Signal

#: A chat account was created for a user. Arguments: ``user``, ``account``.
account_created = Signal()

#: An existing chat account was tied to a user. Arguments: ``user``, ``account``, ``rule``
#: (the value of ``ROCKETCHAT_LINK_EXISTING`` that allowed it).
account_linked = Signal()

#: A session was given a new login token. Arguments: ``request``, ``user``, ``account``.
login_granted = Signal()

#: A signed-in person was not let into chat. Arguments: ``request``, ``user`` (``None`` where the site's fault is that
#: it cannot tell), ``reason`` (a :class:`~rocketchat_auth.accounts.refusals.RefusalReason`), ``reference``.
login_refused = Signal()

#: A session's chat login ended. Arguments: ``user`` (``None`` where it is no longer known),
#: ``account``, ``revoked`` (``False`` where Rocket.Chat could not be told yet).
logged_out = Signal()

#: What chat shows of a user was brought up to date. Arguments: ``user``, ``account``, ``changes`` (a list of
#: :class:`~rocketchat_auth.accounts.changes.Change`, each with what was and what is).
account_updated = Signal()

#: A chat account was deactivated, or deleted. Arguments: ``user`` (``None`` where the site's user is gone),
#: ``account``, ``reason`` (why, for people to read).
account_deactivated = Signal()

#: A deactivated chat account was made live again. Arguments: ``user``, ``account``.
account_revived = Signal()

#: Something could not be done to a chat account. Arguments: ``user`` (``None`` where the site's user is gone),
#: ``account``, ``reason`` (what, for people to read).
account_failed = Signal()

#: A user joined or left roles, rooms or teams because of the site. Arguments: ``user``, ``account``, ``joined`` and
#: ``left``: lists of pairs of a kind (``"roles"``, ``"channels"``, ``"groups"`` or ``"teams"``) and a name.
membership_changed = Signal()
