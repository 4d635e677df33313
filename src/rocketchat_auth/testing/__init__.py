"""A stand-in Rocket.Chat, for tests of sites that use this package and for its demonstration.

Needs the extra `testing`: `pip install django-rocketchat-auth[testing]`.
"""

from rocketchat_auth.testing.accounts_by_hand import Login
from rocketchat_auth.testing.authenticator import Authenticator
from rocketchat_auth.testing.clock import FakeClock
from rocketchat_auth.testing.server import StandInServer
from rocketchat_auth.testing.stand_in import StandIn

__all__ = ["Authenticator", "FakeClock", "Login", "StandIn", "StandInServer"]
