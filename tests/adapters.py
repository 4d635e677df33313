"""Adapters that tests name in `ROCKETCHAT_ADAPTER`."""

from django.contrib.auth.models import AbstractBaseUser

from rocketchat_auth.adapter import Adapter, Memberships


class NobodyMayChat(Adapter):
    def may_chat(self, user: AbstractBaseUser) -> bool:
        return False


class VerifiedEmail(Adapter):
    def email_is_verified(self, user: AbstractBaseUser) -> bool:
        return True


class NamelessAda(Adapter):
    def name(self, user: AbstractBaseUser) -> str:
        if user.get_username() == "ada":
            raise KeyError("name")
        return super().name(user)


class WorkEmail(Adapter):
    def email(self, user: AbstractBaseUser) -> str:
        return f"{user.get_username()}@work.example.com"


class MailboxName(Adapter):
    def username(self, user: AbstractBaseUser) -> str:
        return self.email(user).partition("@")[0]


class AllInNews(Adapter):
    def channels(self, user: AbstractBaseUser) -> frozenset[str]:
        return frozenset({"news"})

    def managed(self) -> Memberships:
        return Memberships(channels=frozenset({"news"}))


class NamelessAlice(Adapter):
    def username(self, user: AbstractBaseUser) -> str:
        _fail_for_alice(user)
        return super().username(user)


class UndecidedOnAlice(Adapter):
    def may_chat(self, user: AbstractBaseUser) -> bool:
        _fail_for_alice(user)
        return super().may_chat(user)


def _fail_for_alice(user: AbstractBaseUser) -> None:
    if user.get_username() == "alice":
        raise ZeroDivisionError


class GivenNames(Adapter):
    def username(self, user: AbstractBaseUser) -> str:
        return f"{user.get_username()} the great"
