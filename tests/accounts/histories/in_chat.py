"""What people do in chat meanwhile."""

from contextlib import suppress
from typing import Any

from hypothesis import strategies as st
from hypothesis.stateful import rule

from rocketchat_auth import rest
from rocketchat_auth.models import Account
from rocketchat_auth.rest import service
from tests.accounts.histories.world import CHAT_ROLES, EMAILS, PICK, ROOMS, USERNAMES, World

ROOM = st.sampled_from(list(ROOMS))


class InChat(World):
    """What people do in chat meanwhile, to accounts of the site and to others."""

    @rule(username=st.sampled_from(USERNAMES), email=st.sampled_from(EMAILS), verified=st.booleans())
    def somebody_registers(self, username: str, email: str, verified: bool) -> None:
        taken = self.stand_in.users.by_username(username) or (email and self.stand_in.users.by_email(email))
        if not taken and self.stand_in.users.count() < 12:
            self.clock.advance(5)
            self.stand_in.add_user(username, email=email, verified=verified)

    @rule(server=st.sampled_from(["matrix.example.com", "chat.example.org"]))
    def somebody_comes_from_another_server(self, server: str) -> None:
        if self.stand_in.users.by_username(f"@ada:{server}") is None:
            self.clock.advance(5)
            self.stand_in.add_user(f"@ada:{server}", federated=True)

    @rule(pick=PICK, username=st.sampled_from(USERNAMES))
    def an_account_is_renamed(self, pick: int, username: str) -> None:
        if (found := self.chat_user(pick)) and self.stand_in.users.by_username(username) is None:
            self.edited(found, username=username)

    @rule(pick=PICK, email=st.sampled_from(EMAILS), verified=st.booleans())
    def an_account_gets_another_address(self, pick: int, email: str, verified: bool) -> None:
        if (found := self.chat_user(pick)) and self.stand_in.users.by_email(email) is None:
            self.edited(found, emails=[{"address": email, "verified": verified}] if email else [])

    @rule(pick=PICK, facts=st.sampled_from([{"name": "Somebody else"}, {"bio": "Hello"}, {"nickname": "Nick"}]))
    def an_account_changes_its_profile(self, pick: int, facts: dict[str, Any]) -> None:
        if found := self.chat_user(pick):
            self.edited(found, **facts)

    @rule(pick=PICK)
    def an_account_is_deactivated_or_activated(self, pick: int) -> None:
        if found := self.chat_user(pick):
            self.edited(found, active=not found["active"])

    @rule(pick=PICK)
    def an_account_is_deleted(self, pick: int) -> None:
        if found := self.chat_user(pick):
            self.clock.advance(5)
            self.stand_in.delete_user(found["username"])

    @rule(pick=PICK, role=st.sampled_from([*CHAT_ROLES, "admin"]))
    def an_account_gets_or_loses_a_role(self, pick: int, role: str) -> None:
        if found := self.chat_user(pick):
            roles = (
                [one for one in found["roles"] if one != role] if role in found["roles"] else [*found["roles"], role]
            )
            self.edited(found, roles=roles)

    @rule(pick=PICK, name=ROOM)
    def an_account_is_put_into_a_room(self, pick: int, name: str) -> None:
        if found := self.chat_user(pick):
            self.clock.advance(5)
            with suppress(rest.Refused):
                place = self.place(name)
                if isinstance(place, rest.Team):
                    rest.teams.add_member(service.client(), place, found["_id"])
                else:
                    rest.rooms.invite(service.client(), place, found["_id"])

    @rule(pick=PICK, name=ROOM)
    def an_account_is_taken_out_of_a_room(self, pick: int, name: str) -> None:
        if found := self.chat_user(pick):
            self.clock.advance(5)
            with suppress(rest.Refused):
                place = self.place(name)
                if isinstance(place, rest.Team):
                    rest.teams.remove_member(service.client(), place, found["_id"])
                else:
                    rest.rooms.kick(service.client(), place, found["_id"])

    @rule(name=ROOM)
    def a_room_is_deleted_or_made_again(self, name: str) -> None:
        self.clock.advance(5)
        rooms = self.stand_in.application.workspace.rooms
        if rooms.named(name) is None:
            self.stand_in.add_room(name, ROOMS[name])  # type: ignore[arg-type]
        else:
            self.stand_in.delete_room(name)

    @rule(pick=PICK, name=ROOM)
    def an_account_becomes_the_only_owner_of_a_room(self, pick: int, name: str) -> None:
        found, room = self.chat_user(pick), self.stand_in.application.workspace.rooms.named(name)
        if found and room is not None and found["_id"] in room.members:
            room.owners = [found["_id"]]

    @rule(name=st.sampled_from(CHAT_ROLES))
    def a_role_is_deleted(self, name: str) -> None:
        self.clock.advance(5)
        with suppress(LookupError):
            self.stand_in.delete_role(name)

    @rule(pick=PICK)
    def somebody_ties_a_user_to_the_service_account(self, pick: int) -> None:
        account = self.account(pick)
        if account and not Account.objects.filter(rocketchat_id=self.stand_in.admin.user_id).exists():
            account.rocketchat_id = self.stand_in.admin.user_id
            account.save()

    def place(self, name: str) -> rest.Room | rest.Team:
        """The room or team of that name, as chat shows it."""
        client = service.client()
        match ROOMS[name]:
            case "channel":
                return rest.rooms.find(client, rest.RoomKind.CHANNEL, name)
            case "group":
                return rest.rooms.find(client, rest.RoomKind.GROUP, name)
            case _:
                return rest.teams.find(client, name)

    def edited(self, found: dict[str, Any], **facts: object) -> None:
        self.clock.advance(5)
        now = self.stand_in.application.workspace.now()
        self.stand_in.users.update(found["_id"], {**facts, "_updatedAt": now})
