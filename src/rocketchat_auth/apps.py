from django.apps import AppConfig
from django.utils.translation import gettext_lazy as _


class RocketChatAuthConfig(AppConfig):
    name = "rocketchat_auth"
    verbose_name = _("Rocket.Chat")
    default_auto_field = "django.db.models.BigAutoField"

    def ready(self) -> None:
        from rocketchat_auth import checks
        from rocketchat_auth.accounts import following
        from rocketchat_auth.login import receivers

        checks.register()
        receivers.connect()
        following.connect()
