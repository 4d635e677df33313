"""What an audit log wants to know of sign-ins to chat.

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

#: A signed-in person was not let into chat. Arguments: ``request``, ``user``, ``reason``
#: (a :class:`~rocketchat_auth.accounts.refusals.RefusalReason`), ``reference``.
login_refused = Signal()

#: A session's chat login ended. Arguments: ``user`` (``None`` where it is no longer known),
#: ``account``, ``revoked`` (``False`` where Rocket.Chat could not be told yet).
logged_out = Signal()
