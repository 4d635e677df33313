"""User models that share little with Django's own: see `tests/accounts/test_custom_users.py`."""

import uuid

from django.contrib.auth.models import AbstractBaseUser, BaseUserManager
from django.db import models


class Person(AbstractBaseUser):
    """Signs in by e-mail address, has a UUID, and neither groups nor permissions."""

    id = models.UUIDField(primary_key=True, default=uuid.uuid4)
    email = models.EmailField(unique=True)
    is_active = models.BooleanField(default=True)

    objects = BaseUserManager["Person"]()

    USERNAME_FIELD = "email"

    def __str__(self) -> str:
        return self.email


class Friend(Person):
    """The same person by another class."""

    class Meta:
        proxy = True


class Colleague(Person):
    """A person with something more, and a primary key of its own."""

    number = models.AutoField(primary_key=True)
    person = models.OneToOneField(Person, on_delete=models.CASCADE, parent_link=True)


class Circle(models.Model):
    """A group of the site's own kind, without name or permissions."""

    title = models.CharField(max_length=100)

    def __str__(self) -> str:
        return self.title


class Member(AbstractBaseUser):
    """Is in groups of the site's own kind."""

    nickname = models.CharField(max_length=100, unique=True)
    groups = models.ManyToManyField(Circle)

    objects = BaseUserManager["Member"]()

    USERNAME_FIELD = "nickname"

    def __str__(self) -> str:
        return self.nickname
