"""`manage.py rocketchat connect`: an account and a token for the site in Rocket.Chat."""

from argparse import ArgumentParser
from collections.abc import Callable
from functools import partial
from pathlib import Path
from typing import Any

from django.core.management.base import CommandError
from django.utils.translation import gettext as _
from django.utils.translation import gettext_lazy

from rocketchat_auth import rest
from rocketchat_auth.accounts.needs import Need, needed
from rocketchat_auth.conf import LOGIN_SOURCES, SettingError, conf
from rocketchat_auth.conf.addresses import parse_url
from rocketchat_auth.management.rocketchat.asking import administrator
from rocketchat_auth.management.rocketchat.connected import Connected, hand_over
from rocketchat_auth.management.rocketchat.failures import as_command_errors
from rocketchat_auth.management.rocketchat.saying_left_over import SaidLeftOver
from rocketchat_auth.management.rocketchat.screen import INTERRUPTED, Screen
from rocketchat_auth.management.rocketchat.tables import Row, draw_short
from rocketchat_auth.rest import service
from rocketchat_auth.setting_up import env_file, permissions, service_account, token_secret
from rocketchat_auth.setting_up.administrator import Administrator
from rocketchat_auth.setting_up.permissions import Grants

HELP = gettext_lazy("get an account and a token for the site in Rocket.Chat")

CHECKS_FIRST = False
"""It has to work while settings are still missing or wrong, which the system checks would not let pass."""


def add_arguments(parser: ArgumentParser) -> None:
    """Its options."""
    parser.description = _(
        "Makes a service account with the fewest permissions that the site's settings need, and a personal access"
        " token; then shows the lines for settings.py. An administrator has to sign in."
    )
    parser.add_argument("url", metavar="URL", help=_("the address of the chat, such as https://chat.example.com"))
    parser.add_argument(
        "--use-admin", action="store_true", help=_("make the token for the administrator's own account instead")
    )
    parser.add_argument(
        "--service-account",
        metavar="NAME",
        default=service_account.NAME,
        help=_("the user name of the service account (default: %(default)s)"),
    )
    parser.add_argument("--service-email", metavar="ADDRESS", help=_("its e-mail address, which gets no mail"))
    parser.add_argument(
        "--source", choices=LOGIN_SOURCES, help=_("where login tokens come from, as ROCKETCHAT_LOGIN_SOURCE")
    )
    parser.add_argument(
        "--env-file", metavar="FILE", type=Path, help=_("write the secrets into this file, which git has to ignore")
    )


def run(screen: Screen, options: dict[str, Any]) -> int:
    """Ask, show, make; the exit status. Raises CommandError where it cannot."""
    screen.check_somebody_answers()
    url = _url(options["url"])
    _check_env_file(options["env_file"])
    try:
        with as_command_errors():
            connected = _connect(screen, url, options)
    except KeyboardInterrupt:
        screen.note(_("Interrupted. Run it again: it takes up what is there."))
        return INTERRUPTED
    if connected is not None:
        hand_over(screen, connected, options["env_file"])
    return 0


def _connect(screen: Screen, url: str, options: dict[str, Any]) -> Connected | None:
    """What came of it; None where the operator said no."""
    client = service.stranger(url)
    try:
        version = rest.workspace.info(client)
        screen.note(_("Rocket.Chat %(version)s at %(url)s") % {"version": version, "url": url})
        source = options["source"] or _source(screen, url, version)
        with administrator(screen, client) as signed_in:
            make = _of_administrator if options["use_admin"] else _of_service_account
            account = make(screen, signed_in, partial(needed, source, version), options)
    finally:
        client.close()
    return Connected(url, version, source, account) if account is not None else None


def _source(screen: Screen, url: str, version: rest.Version) -> str:
    """Where login tokens will come from: as the settings say, unless the server's environment is out of reach."""
    source = conf.login_source
    if source != "create_token" or conf.token_secret:  # who has the secret was asked before
        return source
    variable = token_secret.VARIABLE if token_secret.is_wanted(version) else token_secret.FORMER_VARIABLE
    screen.note(
        _("To sign people in, the server needs %s in its environment, which hosted workspaces do not let you reach.")
        % variable
    )
    if not token_secret.is_hosted(url) and screen.confirms(_("Can you set it? [y/N]")):
        return source
    screen.note(
        _(
            'Without it, ROCKETCHAT_LOGIN_SOURCE = "password" signs people in. What it costs: the site sets a password'
            " for each account that it made, and nobody has one of their own; accounts that were there before can't be"
            " used; codes by mail have to be switched off"
            " (Accounts_TwoFactorAuthentication_By_Email_Auto_Opt_In); and ten people a minute can sign in, unless"
            " the workspace's rate limit is raised."
        )
    )
    if screen.confirms(_("Use it? [y/N]")):
        return "password"
    raise CommandError(_("Nothing was changed. Where you can reach the chat's MongoDB, see MONGO_DB in the settings."))


def _of_administrator(
    screen: Screen, signed_in: Administrator, needs: Callable[[], tuple[Need, ...]], options: dict[str, Any]
) -> service_account.ServiceAccount | None:
    screen.say(_("Whoever gets hold of an administrator's token can do anything in the workspace."), "yellow")
    if not screen.confirms(_("Make a token of %s for the site? [y/N]") % signed_in.username):
        _say_nothing_changed(screen)
        return None
    token = rest.personal_tokens.replace(signed_in.client, service_account.TOKEN_NAME)
    return service_account.ServiceAccount(signed_in.username, signed_in.credentials.user_id, token)


def _of_service_account(
    screen: Screen, signed_in: Administrator, needs: Callable[[], tuple[Need, ...]], options: dict[str, Any]
) -> service_account.ServiceAccount | None:
    name = options["service_account"]
    try:
        found = service_account.find(signed_in.client, name)
    except service_account.NotABot as error:
        raise CommandError(
            _("%s has other roles than bot, or is deactivated. Name another account with --service-account.") % error
        ) from None
    grants = permissions.look(signed_in.client, needs())
    _show(screen, name, found, grants)
    if not screen.confirms(_("Go ahead? [y/N]")):
        _say_nothing_changed(screen)
        return None
    permissions.grant(signed_in.client, grants)
    email = options["service_email"] or f"{name}@{service_account.EMAIL_DOMAIN}"
    try:
        return service_account.make(signed_in.client, name, email, found, SaidLeftOver(screen))
    except rest.PermissionRefused as error:
        if "PersonalAccessToken" not in error.endpoint:
            raise
        raise CommandError(
            _("%(name)s may not make its token in Rocket.Chat: %(why)s Run this again.") % {"name": name, "why": error}
        ) from None
    except (rest.Taken, rest.InvalidField, rest.BlockedUsername) as error:
        raise CommandError(
            _("The account could not be made: %s. See --service-account and --service-email.") % error
        ) from None


def _show(screen: Screen, name: str, found: rest.User | None, grants: Grants) -> None:
    screen.say(_("The service account is %s. It has the role bot, and needs:") % name)
    rows = (Row((need.permission, _state(grants, need), str(need.purpose)), "cyan") for need in grants.needs)
    draw_short(screen, (_("Permission"), _("Role bot"), _("What for")), rows, styled=1)
    if grants.missing:
        screen.say(
            _("Every account with the role bot gets what is given to it, so look who else has that role."), "yellow"
        )
    _show_lending(screen, grants)
    if found is not None:
        screen.say(_("The account exists. It gets a new password and token; its former ones end."), "yellow")


def _show_lending(screen: Screen, grants: Grants) -> None:
    if not grants.makes_tokens:
        screen.say(_("%s is lent to the role while the token is made, and taken back.") % permissions.MAKES_TOKENS)
        return
    screen.say(
        _(
            "The role %(role)s has %(permission)s already, and keeps it. It is needed only while the token is made: if"
            " no other account with that role is to make tokens, untick it afterwards in Rocket.Chat, Administration →"
            " Permissions → %(permission)s, column %(role)s."
        )
        % {"role": permissions.ROLE, "permission": permissions.MAKES_TOKENS},
        "yellow",
    )


def _state(grants: Grants, need: Need) -> str:
    if grants.has(need):
        return _("has it")
    return _("gets it") if grants.is_known(need) else _("unknown to this version")


def _say_nothing_changed(screen: Screen) -> None:
    screen.note(_("Nothing was changed."))


def _url(text: str) -> str:
    try:
        return parse_url(text).url
    except SettingError as error:
        raise CommandError(str(error)) from None


def _check_env_file(path: Path | None) -> None:
    if path is None:
        return
    try:
        env_file.check(path)
    except env_file.NotIgnored:
        raise CommandError(
            _("Git does not ignore %(file)s, so the secrets could be committed. Put it into .gitignore first.")
            % {"file": path}
        ) from None
