"""What keeps a command from running, as one clear sentence."""

from collections.abc import Iterator
from contextlib import contextmanager

from django.core.management.base import CommandError
from django.utils.translation import gettext as _

from rocketchat_auth.accounts.sync import NoSuchUser
from rocketchat_auth.conf import SettingError
from rocketchat_auth.rest import PermissionRefused, RocketChatError, Unavailable


@contextmanager
def as_command_errors() -> Iterator[None]:
    """Turn what a task cannot help into `CommandError`."""
    try:
        yield
    except NoSuchUser as error:
        raise CommandError(_("The site has no user or group called %s.") % error) from None
    except SettingError as error:
        raise CommandError(str(error)) from None
    except Unavailable as error:
        raise CommandError(_("Rocket.Chat does not answer: %s Run this again later.") % error) from None
    except PermissionRefused as error:
        raise CommandError(_("The service account may not do this in Rocket.Chat: %s") % error) from None
    except RocketChatError as error:
        raise CommandError(str(error)) from None
