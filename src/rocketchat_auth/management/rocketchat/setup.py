"""`manage.py rocketchat setup`: make the site the login of the workspace."""

from argparse import ArgumentParser
from collections.abc import Iterator
from contextlib import contextmanager
from pathlib import Path
from typing import Any

from django.core.management.base import CommandError
from django.urls import NoReverseMatch
from django.utils.translation import gettext as _
from django.utils.translation import gettext_lazy

from rocketchat_auth import rest
from rocketchat_auth.conf import conf
from rocketchat_auth.management.rocketchat import break_glass
from rocketchat_auth.management.rocketchat.asking import administrator
from rocketchat_auth.management.rocketchat.failures import as_command_errors
from rocketchat_auth.management.rocketchat.screen import INTERRUPTED, Screen
from rocketchat_auth.management.rocketchat.tables import Row, draw_short
from rocketchat_auth.rest import service
from rocketchat_auth.setting_up import backup, embedding, logout_script, workspace_settings
from rocketchat_auth.setting_up.site import BadSite, Site
from rocketchat_auth.setting_up.workspace_settings import Change, Values

HELP = gettext_lazy("make the site the login of the workspace")

SCRIPT = logout_script.NAME

IGNORES_BYPASS = rest.Version(8, 5)
"""It asks for a second factor also where a personal access token bypasses it (#38017)."""


def add_arguments(parser: ArgumentParser) -> None:
    """Its options."""
    parser.description = _(
        "Writes the settings of the workspace for iframe login, after it has shown what differs. An administrator has"
        " to sign in, unless the service account is one."
    )
    what = parser.add_mutually_exclusive_group(required=True)
    what.add_argument("--site", metavar="URL", help=_("the address of the site, such as https://www.example.com"))
    what.add_argument("--undo", action="store_true", help=_("write back what was there before"))
    parser.add_argument("--embed", action="store_true", help=_("also the settings for chat in a frame of the site"))
    parser.add_argument(
        "--logout-script", action="store_true", help=_("also a script, so that the chat's Logout signs out of the site")
    )
    parser.add_argument(
        "--backup",
        metavar="FILE",
        type=Path,
        default=Path(backup.NAME),
        help=_("where that is kept (default: %(default)s, here)"),
    )
    parser.add_argument("--dry-run", action="store_true", help=_("change nothing, only show what differs"))
    parser.add_argument("--yes", action="store_true", help=_("do not ask"))


def run(screen: Screen, options: dict[str, Any]) -> int:
    """Show, ask, and write; the exit status. Raises CommandError where it cannot."""
    if options["embed"] and options["undo"]:
        raise CommandError(_("--embed goes with --site alone; --undo restores the settings for embedding, too."))
    if options["logout_script"] and options["undo"]:
        raise CommandError(_("--logout-script goes with --site alone; --undo takes the script out, too."))
    screen.check_can_ask(options)
    try:
        with as_command_errors(), _as_command_errors(options):
            _Setup(screen, options).run()
    except KeyboardInterrupt:
        screen.note(_("Interrupted. What was written stays; --undo writes back what was there before."))
        return INTERRUPTED
    return 0


class _Setup:
    """One run of the command."""

    def __init__(self, screen: Screen, options: dict[str, Any]) -> None:
        self._screen = screen
        self._options = options
        self._client = service.client()
        self._version = service.version()
        self._site = None if options["undo"] else Site.at(options["site"])

    def run(self) -> None:
        """Compare, and write what differs."""
        kept = backup.load(self._options["backup"], conf.url)
        if self._site is None and not kept:
            raise CommandError(
                _("There is nothing to undo: %s does not exist. Name another file with --backup.")
                % self._options["backup"]
            )
        with self._writer() as client:
            pending = self._pending(client, kept)
            self._show(pending)
            if pending and not self._options["dry_run"] and self._may_write():
                self._write(client, pending)
        if self._site is not None:
            self._screen.say("")
            self._screen.say(_("Should the site be down, an administrator gets in this way:"))
            break_glass.tell(self._screen, conf.url, self._version)

    @contextmanager
    def _writer(self) -> Iterator[rest.Client]:
        """A client that may do it: the service account's where that is enough, else an administrator's."""
        if self._is_enough():
            yield self._client
        else:
            with administrator(self._screen, self._client) as signed_in:
                yield signed_in.client

    def _is_enough(self) -> bool:
        only_public = self._options["dry_run"] and not (self._options["embed"] or self._options["undo"])
        if only_public:
            return True
        try:
            rest.settings.get(self._client, workspace_settings.SWITCH)
        except (rest.PermissionRefused, rest.CredentialsRefused):
            return False
        return self._options["dry_run"] or self._version[:2] != IGNORES_BYPASS

    def _pending(self, client: rest.Client, kept: Values) -> list[Change]:
        if self._site is None:
            now = workspace_settings.read(client, kept)
            return workspace_settings.changes(now, _before(now, kept))
        wanted = dict(workspace_settings.for_login(self._site))
        names = [*wanted, *(embedding.NAMES if self._options["embed"] else ())]
        now = workspace_settings.read(client, [*names, *([SCRIPT] if self._options["logout_script"] else ())])
        if self._options["embed"]:
            wanted = {**embedding.wanted(now, site=self._site.origin, chat=conf.origin), **wanted}
        if self._options["logout_script"]:
            wanted[SCRIPT] = logout_script.with_part(now.get(SCRIPT), self._site.logout_url)
        return workspace_settings.changes(now, wanted)

    def _show(self, pending: list[Change]) -> None:
        if not pending:
            self._screen.say(_("All settings are as they should be."))
        headings = (_("Setting"), _("Now"), _("Becomes"))
        rows = (Row((change.name, _shown(change.before), _shown(change.after)), "cyan") for change in pending)
        draw_short(self._screen, headings, rows, styled=2)
        if self._site is not None and any(_lifts_restriction(change) for change in pending):
            self._screen.say(
                _(
                    "Any site may frame the chat then, unless the proxy in front of it sends this header. Let it do so"
                    " first:"
                ),
                "yellow",
            )
            self._screen.copyable(f"    {embedding.proxy_header(self._site.origin)}\n")
            self._screen.say("")

    def _may_write(self) -> bool:
        if self._options["yes"] or self._screen.confirms(_("Write these settings? [y/N]")):
            return True
        self._screen.note(_("Nothing was changed."))
        return False

    def _write(self, client: rest.Client, pending: list[Change]) -> None:
        file = self._options["backup"]
        if self._site is not None:
            backup.keep(file, conf.url, {change.name: change.before for change in pending})
            self._screen.note(_("What was there before is in %s; --undo writes it back.") % file)
        scripts = [change for change in pending if change.name == SCRIPT]
        others = [change for change in pending if change.name != SCRIPT]
        workspace_settings.write(client, others, on_written=self._say_written)
        with _saying_that_scripts_are_forbidden():
            workspace_settings.write(client, scripts, on_written=self._say_written)
        self._check_taken(client, pending)
        if self._site is None:
            file.unlink()
        self._screen.say(_("Done."))
        if scripts and self._site is not None and not conf.logout_site:
            self._screen.say(_("Put this line into your settings, too:"), "yellow")
            self._screen.copyable("    ROCKETCHAT_LOGOUT_SITE = True\n")

    def _say_written(self, change: Change) -> None:
        self._screen.note(_("%(name)s is %(value)s") % {"name": change.name, "value": _shown(change.after)})

    def _check_taken(self, client: rest.Client, pending: list[Change]) -> None:
        wanted = {change.name: change.after for change in pending}
        left = workspace_settings.changes(workspace_settings.read(client, wanted), wanted)
        if left:
            names = ", ".join(change.name for change in left)
            raise CommandError(
                _("Rocket.Chat did not keep %s. Does its environment set it, by OVERWRITE_SETTING_...?") % names
            )


def _before(now: Values, kept: Values) -> Values:
    """What was there before. Of a script, which others may have changed since, only our part goes."""
    return {**kept, SCRIPT: logout_script.without_part(now.get(SCRIPT))} if SCRIPT in kept else kept


@contextmanager
def _saying_that_scripts_are_forbidden() -> Iterator[None]:
    try:
        yield
    except rest.PermissionRefused as refusal:
        if "custom scripts are disabled" not in str(refusal).lower():
            raise
        raise CommandError(
            _(
                "All but the script is written: this Rocket.Chat forbids scripts (DISABLE_CUSTOM_SCRIPTS, in trial"
                " workspaces). With ROCKETCHAT_LOGOUT_SITE = True people who log out in chat are asked before they are"
                ' signed back in ("Continue as"), and can sign out of the site there.'
            )
        ) from None


def _lifts_restriction(change: Change) -> bool:
    return change.name == embedding.RESTRICTS and change.after is False


def _shown(value: object) -> str:
    if isinstance(value, bool):
        return _("on") if value else _("off")
    return str(value) if value not in ("", None) else _("(empty)")


@contextmanager
def _as_command_errors(options: dict[str, Any]) -> Iterator[None]:
    try:
        yield
    except BadSite:
        raise CommandError(
            _("--site has to be the address of the site, such as https://www.example.com, without ? and #.")
        ) from None
    except NoReverseMatch:
        line = 'urlpatterns += [re_path(r"^rocketchat/", include("rocketchat_auth.urls"))]'
        raise CommandError(_("The site's urls.py lacks the URLs of this package. Add: %s") % line) from None
    except backup.BadBackup as error:
        raise CommandError(
            _("%s is no backup of this workspace's settings. Name another file with --backup.") % error
        ) from None
    except OSError as error:
        raise CommandError(
            _("%(file)s: %(why)s. Name another file with --backup.")
            % {"file": options["backup"], "why": error.strerror}
        ) from None
