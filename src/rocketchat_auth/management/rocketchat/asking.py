"""Asking for an administrator, and signing that person in."""

from collections.abc import Iterator
from contextlib import contextmanager

from django.core.management.base import CommandError
from django.utils.translation import gettext as _

from rocketchat_auth import rest
from rocketchat_auth.management.rocketchat.saying_left_over import SaidLeftOver
from rocketchat_auth.management.rocketchat.screen import Screen
from rocketchat_auth.setting_up.administrator import Administrator, NoAdministrator, signed_in


@contextmanager
def administrator(screen: Screen, client: rest.Client) -> Iterator[Administrator]:
    """Ask for name, password and, where it is wanted, the second factor; sign in, and out again at the end.

    Raises:
        CommandError: that person does not get in, or is no administrator.
        RocketChatError: as for every call.
    """
    screen.check_somebody_answers()
    screen.note(_("An administrator of %s has to sign in. Name and password are not kept.") % client.base_url)
    name = screen.ask(_("Name or e-mail address:"))
    password = screen.ask_secret(_("Password:"))
    if not (name and password):
        raise CommandError(_("Nothing was changed: a name and a password are needed."))

    def ask_code(kind: str, is_wrong: bool) -> rest.Secret | None:
        if is_wrong:
            screen.note(_("That code was wrong."))
        where = _("that was mailed to you") if kind == "email" else _("of your authenticator app")
        return screen.ask_secret(_("The code %s:") % where) or None

    try:
        with signed_in(client, name, password, ask_code, SaidLeftOver(screen)) as administrator:
            yield administrator
    except NoAdministrator as error:
        raise CommandError(_("%s has not the role admin.") % error) from None
    except rest.SecondFactorRequired:
        raise CommandError(_("Rocket.Chat did not accept the second factor.")) from None
    except rest.PermissionRefused as error:
        raise CommandError(
            _(
                "%(name)s may not do this in Rocket.Chat: %(why)s Look what the role admin lacks:"
                " Administration → Permissions."
            )
            % {"name": name, "why": error}
        ) from None
    except (rest.CredentialsRefused, rest.Inactive) as error:
        if error.endpoint != "v1/login":
            raise
        raise CommandError(_("Rocket.Chat does not accept that name and password.")) from None
