from django.conf import settings
from django.db import models
from django.utils.translation import gettext_lazy as _


class Account(models.Model):
    """The Rocket.Chat account of one user of the site.

    The row outlives its user, so that a chat account whose user was deleted is still known.
    `reason` says why it is in conflict, or what failed when `failed_at` is set.
    """

    class State(models.TextChoices):
        PENDING = "pending", _("not linked yet")
        LINKED = "linked", _("linked")
        DEACTIVATED = "deactivated", _("deactivated by this site")
        CONFLICT = "conflict", _("in conflict")

    user = models.OneToOneField(
        settings.AUTH_USER_MODEL,
        verbose_name=_("user"),
        on_delete=models.SET_NULL,
        null=True,
        related_name="rocketchat_account",
    )
    # NULL, since accounts that are not linked are not alike.
    rocketchat_id = models.CharField(_("Rocket.Chat _id"), max_length=64, unique=True, null=True, editable=False)  # noqa: DJ001
    username = models.CharField(_("chat username"), max_length=255, blank=True, db_index=True)
    state = models.CharField(_("state"), max_length=16, choices=State.choices, default=State.PENDING)
    reason = models.TextField(_("reason"), blank=True)
    created_here = models.BooleanField(_("created by this site"), default=False)
    seen_at = models.DateTimeField(_("last seen in Rocket.Chat"), null=True)
    claimed_at = models.DateTimeField(null=True, editable=False)
    synced_at = models.DateTimeField(_("last sync"), null=True)
    failed_at = models.DateTimeField(_("last failure"), null=True)
    # The site's username that the chat username was made from: the one changes only when the other does.
    site_username = models.CharField(max_length=255, blank=True, editable=False)
    # What Rocket.Chat was told of the account and does not show in its list of users.
    told = models.JSONField(default=dict, editable=False)
    # A digest of what was last wanted of the account and done, and one of the user's password.
    wanted_mark = models.CharField(max_length=64, blank=True, editable=False)
    password_mark = models.CharField(max_length=64, blank=True, editable=False)
    created_at = models.DateTimeField(_("created"), auto_now_add=True)
    updated_at = models.DateTimeField(_("updated"), auto_now=True)

    class Meta:
        verbose_name = _("chat account")
        verbose_name_plural = _("chat accounts")
        permissions = [
            ("chat", "Can use chat"),
            ("sync_account", "Can sync chat accounts"),
            ("sign_out_account", "Can sign people out of chat everywhere"),
            ("unlink_account", "Can unlink chat accounts"),
            ("deactivate_account", "Can deactivate chat accounts"),
            ("use_help_desk", "Can use the chat help desk"),
        ]

    def __str__(self) -> str:
        return self.username or str(_("chat account without a name"))

    @property
    def is_linked(self) -> bool:
        return self.state == self.State.LINKED and bool(self.rocketchat_id)

    @property
    def is_known(self) -> bool:
        """Whether there is a chat account behind it, live or deactivated by this site."""
        return self.state in (self.State.LINKED, self.State.DEACTIVATED) and bool(self.rocketchat_id)

    @property
    def linked_id(self) -> str:
        """The ``_id`` of the chat account. Raises ``ValueError`` where it is not linked."""
        if not self.rocketchat_id:
            raise ValueError(f"The chat account {self.pk} is not linked.")
        return self.rocketchat_id


class LoginToken(models.Model):
    """A login token that one session of the site owns, encrypted.

    A session's newest generation is the one it is served. Older ones may still be held by
    other tabs and end with the session. A claimed row is being worked on: its token is being
    issued, or asked after in Rocket.Chat.
    """

    class Standing(models.TextChoices):
        """Where the person is, as far as logging out in chat goes; see `login.leaving`."""

        IN = "", _("in chat")
        LEFT = "left", _("logged out in chat")
        BACK = "back", _("signed in to the site since")

    session = models.CharField(max_length=64, editable=False)
    generation = models.PositiveIntegerField(default=0, editable=False)
    account = models.ForeignKey(Account, on_delete=models.CASCADE, related_name="login_tokens")
    token = models.BinaryField(default=b"", editable=False)
    checked_at = models.DateTimeField(editable=False)
    claimed_at = models.DateTimeField(null=True, editable=False)
    issued_at = models.DateTimeField(null=True, editable=False)
    standing = models.CharField(max_length=4, choices=Standing.choices, default=Standing.IN, blank=True, editable=False)
    ended_at = models.DateTimeField(null=True, db_index=True, editable=False)
    # Whether all logins of the account are to end with it.
    ends_everywhere = models.BooleanField(default=False, editable=False)
    # What tells whether the session lives: its key, encrypted, where the site keeps sessions by a key; a digest of what
    # Django ends it by when the password changes; and when it is over, as it was last seen.
    sealed_key = models.BinaryField(default=b"", editable=False)
    password_mark = models.CharField(max_length=64, blank=True, editable=False)
    expires_at = models.DateTimeField(null=True, db_index=True, editable=False)

    class Meta:
        verbose_name = _("login token")
        verbose_name_plural = _("login tokens")
        constraints = [
            models.UniqueConstraint(fields=["session", "generation"], name="rocketchat_auth_one_token_a_generation")
        ]

    def __str__(self) -> str:
        return f"{self.account_id}/{self.generation}"


class ManagedRoom(models.Model):
    """A room or team that the site gives people, as the last sync that changed nothing there found it.

    While Rocket.Chat shows the same `fingerprint`, nobody joined or left, and its members need not be read again.
    """

    kind = models.CharField(max_length=16, editable=False)
    name = models.CharField(max_length=255, editable=False)
    fingerprint = models.CharField(max_length=64, editable=False)

    class Meta:
        verbose_name = _("managed room")
        verbose_name_plural = _("managed rooms")
        constraints = [models.UniqueConstraint(fields=["kind", "name"], name="rocketchat_auth_one_row_a_room")]

    def __str__(self) -> str:
        return f"{self.kind}: {self.name}"


class OneTimeCode(models.Model):
    """What a code stands for that is good once and for a short while. Only a digest of the code itself is kept."""

    class Purpose(models.TextChoices):
        WINDOW = "window", _("signing in by a window of the site")
        APP = "app", _("signing in on a phone")

    purpose = models.CharField(max_length=16, choices=Purpose.choices, editable=False)
    digest = models.CharField(max_length=64, unique=True, editable=False)
    user = models.ForeignKey(settings.AUTH_USER_MODEL, on_delete=models.CASCADE, related_name="+")
    # Of the session that it was made in, whose end is the end of the code too.
    session = models.CharField(max_length=64, db_index=True, editable=False)
    expires_at = models.DateTimeField(db_index=True, editable=False)
    # It ends with the password, as the session does in which it was made.
    password_mark = models.CharField(max_length=64, default="", editable=False)

    class Meta:
        verbose_name = _("one-time code")
        verbose_name_plural = _("one-time codes")

    def __str__(self) -> str:
        return f"{self.purpose}/{self.pk}"
