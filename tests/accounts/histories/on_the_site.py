"""What happens on the site."""

from django.conf import settings
from django.contrib.auth import get_user_model
from django.contrib.auth.models import User
from hypothesis import strategies as st
from hypothesis.stateful import rule

from tests.accounts.histories.world import EMAILS, MAPPINGS, PICK, USERNAMES, World

NAMES = st.one_of(
    st.sampled_from(["Ada", "Ada", 'O\'Hara "Q"', "<b>", "/\\<>", "😀", "\u202eevil", "a\x00b\n", " ", "x" * 300]),
    st.text(max_size=8),
)
FOLLOW = st.booleans()


class OnTheSite(World):
    """What happens on the site."""

    @rule(
        username=st.sampled_from(USERNAMES),
        email=st.sampled_from(EMAILS),
        name=NAMES,
        group=PICK,
        follow=FOLLOW,
    )
    def a_user_is_created(self, username: str, email: str, name: str, group: int, follow: bool) -> None:
        users = get_user_model().objects
        if users.count() < 7 and not users.filter(username=username).exists():
            with self.happening(follow):
                user = users.create_user(username, email, first_name=name)
                user.groups.add(self.group(group), self.group(2))

    @rule(pick=PICK, follow=FOLLOW)
    def a_user_is_deleted(self, pick: int, follow: bool) -> None:
        if user := self.user(pick):
            with self.happening(follow):
                user.delete()

    @rule(pick=PICK, username=st.sampled_from(USERNAMES), follow=FOLLOW)
    def a_user_is_renamed(self, pick: int, username: str, follow: bool) -> None:
        user = self.user(pick)
        if user and not get_user_model().objects.filter(username=username).exists():
            self.changed(user, follow, username=username)

    @rule(pick=PICK, email=st.sampled_from(EMAILS), follow=FOLLOW)
    def an_address_changes(self, pick: int, email: str, follow: bool) -> None:
        if user := self.user(pick):
            self.changed(user, follow, email=email)

    @rule(pick=PICK, first=NAMES, last=NAMES, follow=FOLLOW)
    def a_name_changes(self, pick: int, first: str, last: str, follow: bool) -> None:
        if user := self.user(pick):
            self.changed(user, follow, first_name=first, last_name=last)

    @rule(pick=PICK, follow=FOLLOW)
    def a_user_leaves_or_comes_back(self, pick: int, follow: bool) -> None:
        if user := self.user(pick):
            self.changed(user, follow, is_active=not user.is_active)

    @rule(pick=PICK, follow=FOLLOW)
    def a_user_becomes_staff_or_no_longer_is(self, pick: int, follow: bool) -> None:
        if user := self.user(pick):
            self.changed(user, follow, is_staff=not user.is_staff)

    @rule(pick=PICK, follow=FOLLOW)
    def a_password_changes(self, pick: int, follow: bool) -> None:
        if user := self.user(pick):
            self.changed(user, follow, password=f"unusable {self.clock.time()}")

    @rule(first=PICK, number=st.integers(2, 3), field=st.sampled_from(["username", "email"]), follow=FOLLOW)
    def users_swap(self, first: int, number: int, field: str, follow: bool) -> None:
        """Each gets what the next one had: two users, or a circle of three."""
        users = [user for user in (self.user(first + n) for n in range(number)) if user is not None]
        if len({user.pk for user in users}) == number:
            values = [getattr(user, field) for user in users]
            with self.happening(follow):
                for user in users:
                    setattr(user, field, f"meanwhile-{user.pk}")
                    user.save()
                for user, value in zip(users, [*values[1:], values[0]], strict=True):
                    setattr(user, field, value)
                    user.save()

    @rule(pick=PICK, field=st.sampled_from(["username", "email"]), follow=FOLLOW)
    def letters_change_their_case(self, pick: int, field: str, follow: bool) -> None:
        user = self.user(pick)
        value = getattr(user, field).swapcase() if user else ""
        if user and not get_user_model().objects.filter(**{field: value}).exists():
            self.changed(user, follow, **{field: value})

    @rule(pick=PICK, group=PICK, reverse=st.booleans(), follow=FOLLOW)
    def a_user_joins_a_group(self, pick: int, group: int, reverse: bool, follow: bool) -> None:
        if user := self.user(pick):
            with self.happening(follow):
                if reverse:
                    self.group(group).user_set.add(user)
                else:
                    user.groups.add(self.group(group))

    @rule(pick=PICK, group=PICK, reverse=st.booleans(), follow=FOLLOW)
    def a_user_leaves_a_group(self, pick: int, group: int, reverse: bool, follow: bool) -> None:
        if user := self.user(pick):
            with self.happening(follow):
                if reverse:
                    self.group(group).user_set.remove(user)
                else:
                    user.groups.remove(self.group(group))

    @rule(email=st.sampled_from(EMAILS), active=st.booleans())
    def all_users_are_changed_without_a_signal(self, email: str, active: bool) -> None:
        with self.happening():
            get_user_model().objects.filter(email=email).update(is_active=active, first_name=email)

    @rule(mapping=st.sampled_from(MAPPINGS))
    def the_mapping_changes(self, mapping: dict[str, dict[str, list[str]]]) -> None:
        self.clock.advance(5)
        settings.ROCKETCHAT_GROUPS = mapping

    def changed(self, user: User, follow: bool, **values: object) -> None:
        with self.happening(follow):
            for name, value in values.items():
                setattr(user, name, value)
            user.save()
