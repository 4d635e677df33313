"""A user model unlike Django's: a UUID for a key, the e-mail address for a name, and not everybody shown."""

import uuid
from typing import ClassVar

from django.contrib.auth.models import AbstractBaseUser, BaseUserManager
from django.db import models


class ActiveMembers(BaseUserManager["Member"]):
    def get_queryset(self) -> models.QuerySet["Member"]:
        return super().get_queryset().filter(is_active=True)


class Member(AbstractBaseUser):
    id = models.UUIDField(primary_key=True, default=uuid.uuid4, editable=False)
    mail = models.EmailField(unique=True)
    is_active = models.BooleanField(default=True)

    USERNAME_FIELD = "mail"
    EMAIL_FIELD = "mail"

    objects: ClassVar[ActiveMembers] = ActiveMembers()

    def __str__(self) -> str:
        return self.mail
