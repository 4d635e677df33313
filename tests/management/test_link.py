from pathlib import Path

import pytest
from django.contrib.auth.models import User
from pytest_django import Settings

from rocketchat_auth import signals
from rocketchat_auth.accounts import claims
from rocketchat_auth.accounts.obstacles import Rule
from rocketchat_auth.accounts.provisioning import account_for
from rocketchat_auth.accounts.tying import Tie, make
from rocketchat_auth.management.rocketchat import linking
from rocketchat_auth.models import Account
from rocketchat_auth.testing import StandIn
from tests.management.conftest import Run
from tests.signal_log import received


def linked() -> dict[str, str]:
    """The chat username of each user who has one."""
    accounts = Account.objects.filter(state=Account.State.LINKED).select_related("user")
    return {account.user.get_username(): account.username for account in accounts if account.user is not None}


@pytest.fixture
def csv(tmp_path: Path) -> Path:
    path = tmp_path / "accounts.csv"
    path.write_text("user,account\nalice,al\nbob,bo\n")
    return path


class TestByRule:
    def test_shows_who_would_get_what_and_why_not(self, rocketchat: StandIn, alice: User, bob: User, run: Run) -> None:
        rocketchat.add_user("alice")
        rocketchat.add_user("bob", roles=("admin",))

        ran = run("link", "--by", "username", "--dry-run")

        assert (ran.status, ran.notes) == (0, "")
        assert "alice   alice          yes" in ran.out
        assert "bob     bob            no     it has the role admin" in ran.out
        assert "1 to link, 1 that can't be, 0 linked already." in ran.out
        assert linked() == {}

    def test_links_after_a_yes(self, rocketchat: StandIn, alice: User, bob: User, run: Run) -> None:
        rocketchat.add_user("alice")

        ran = run("link", "--by", "username", answer="y")

        assert ran.status == 0
        assert "Link? [y/N]" in ran.notes
        assert "1 was linked." in ran.out
        assert linked() == {"alice": "alice"}

    def test_links_nobody_after_a_no(self, rocketchat: StandIn, alice: User, run: Run) -> None:
        rocketchat.add_user("alice")

        ran = run("link", "--by", "username", answer="")

        assert ran.status == 0
        assert "Nobody was linked." in ran.notes
        assert linked() == {}

    def test_needs_a_yes_from_somewhere(self, rocketchat: StandIn, alice: User, run: Run) -> None:
        assert "Add --yes" in run("link", "--by", "username").error
        assert rocketchat.calls == []

    def test_a_second_run_links_nobody(self, rocketchat: StandIn, alice: User, run: Run) -> None:
        rocketchat.add_user("alice")
        run("link", "--by", "username", "--yes")

        with received(signals.account_linked) as log:
            ran = run("link", "--by", "username", answer="")

        assert log == []
        assert ran.out.startswith("0 to link, 0 that can't be, 1 linked already.")

    def test_counts_who_is_left_over(self, rocketchat: StandIn, alice: User, bob: User, run: Run) -> None:
        rocketchat.add_user("alice")
        rocketchat.add_user("carol")

        out = run("link", "--by", "username", "--dry-run").out

        assert "Left over: 1 users without such a chat account, 3 chat accounts." in out

    def test_of_one_user_leaves_others_alone(self, rocketchat: StandIn, alice: User, bob: User, run: Run) -> None:
        rocketchat.add_user("alice")
        rocketchat.add_user("bob")

        ran = run("link", "--by", "username", "--user", "bob", "--yes")

        assert linked() == {"bob": "bob"}
        assert "Left over" not in ran.out

    def test_addresses_have_to_be_verified(self, rocketchat: StandIn, alice: User, run: Run) -> None:
        rocketchat.add_user("al", email="alice@example.com")

        ran = run("link", "--by", "email", "--yes")

        assert "the address is not verified on the site; see --trust-emails" in ran.out
        assert linked() == {}

    def test_unless_the_operator_trusts_them_which_the_table_says(
        self, rocketchat: StandIn, alice: User, run: Run
    ) -> None:
        rocketchat.add_user("al", email="alice@example.com")

        ran = run("link", "--by", "email", "--trust-emails", "--yes")

        assert "alice   al             yes    the address is not verified on the site" in ran.out
        assert linked() == {"alice": "al"}

    def test_the_signal_tells_the_rule(self, rocketchat: StandIn, alice: User, run: Run) -> None:
        rocketchat.add_user("alice")

        with received(signals.account_linked) as log:
            run("link", "--by", "username", "--yes")

        assert [sent["rule"] for sent in log] == ["username"]


class TestByList:
    def test_links_whom_the_file_names(self, rocketchat: StandIn, alice: User, bob: User, run: Run, csv: Path) -> None:
        rocketchat.add_user("al")
        rocketchat.add_user("bo")

        with received(signals.account_linked) as log:
            ran = run("link", "--csv", str(csv), "--yes")

        assert ran.status == 0
        assert linked() == {"alice": "al", "bob": "bo"}
        assert [sent["rule"] for sent in log] == ["csv", "csv"]

    def test_shows_with_the_line_what_cannot_be(self, rocketchat: StandIn, alice: User, run: Run, csv: Path) -> None:
        rocketchat.add_user("al")

        out = run("link", "--csv", str(csv), "--dry-run").out

        assert "bob     bo             no     line 3: the site has no such user" in out

    def test_names_the_file_and_the_line_that_is_wrong(
        self, rocketchat: StandIn, db: None, run: Run, csv: Path
    ) -> None:
        csv.write_text("user,account\nalice\n")

        assert run("link", "--csv", str(csv), "--yes").error == f"{csv}: Line 2: it has to name a user and an account."

    def test_gives_administrators_where_that_is_said(
        self, rocketchat: StandIn, alice: User, run: Run, csv: Path
    ) -> None:
        rocketchat.add_user("al", roles=("admin",))

        assert "needs --allow-admin" in run("link", "--csv", str(csv), "--yes").out
        assert linked() == {}
        run("link", "--csv", str(csv), "--yes", "--allow-admin")
        assert linked() == {"alice": "al"}


class TestByHand:
    def test_says_which_account_it_is_and_links_it(self, rocketchat: StandIn, alice: User, run: Run) -> None:
        rocketchat.add_user("al", name="Al Capone", email="al@example.com")

        ran = run("link", "alice", "al", answer="y")

        assert ran.status == 0
        assert ran.out.startswith("alice gets the chat account al (Al Capone, al@example.com; roles: user).\n")
        assert linked() == {"alice": "al"}

    def test_says_that_an_account_has_no_address(self, rocketchat: StandIn, alice: User, run: Run) -> None:
        rocketchat.add_user("al", email="")

        assert "(al, no address; roles: user)" in run("link", "alice", "al", "--dry-run").out

    def test_says_what_is_in_the_way(self, rocketchat: StandIn, alice: User, run: Run) -> None:
        ran = run("link", "alice", "al", "--yes")

        assert (ran.status, ran.error) == (1, "alice cannot be linked to al: Rocket.Chat has no such account.")

    def test_says_that_it_is_so_already(self, rocketchat: StandIn, alice: User, run: Run) -> None:
        account_for(alice)

        ran = run("link", "alice", "alice", "--yes")

        assert (ran.status, ran.out) == (0, "alice is linked to alice already.\n")

    def test_tells_the_signal(self, rocketchat: StandIn, alice: User, run: Run) -> None:
        rocketchat.add_user("al")

        with received(signals.account_linked) as log:
            run("link", "alice", "al", "--yes")

        assert [sent["rule"] for sent in log] == ["hand"]

    def test_does_not_know_everybody(self, rocketchat: StandIn, db: None, run: Run) -> None:
        assert run("link", "nobody", "al", "--yes").error == "The site has no user or group called nobody."


class TestWhatComesBetween:
    def test_another_link_is_said_and_the_rest_goes_on(
        self, rocketchat: StandIn, alice: User, bob: User, run: Run, monkeypatch: pytest.MonkeyPatch
    ) -> None:
        rocketchat.add_user("alice")
        rocketchat.add_user("bob")
        monkeypatch.setattr(
            linking, "make", lambda tie, rule: "it was too late" if tie.username == "alice" else make(tie, rule)
        )

        ran = run("link", "--by", "username", "--yes")

        assert "alice was not linked: it was too late" in ran.notes
        assert (ran.status, ran.error) == (1, "1 could not be linked.")
        assert linked() == {"bob": "bob"}

    def test_a_sign_in_that_takes_long_is_said(self, rocketchat: StandIn, alice: User, run: Run) -> None:
        rocketchat.add_user("alice")
        claims.claim(alice)

        ran = run("link", "--by", "username", "--yes")

        assert ran.status == 1
        assert "alice was not linked: the chat account is being set up by another request; try again" in ran.notes

    def test_an_interrupt_says_how_to_go_on(
        self, rocketchat: StandIn, alice: User, bob: User, run: Run, monkeypatch: pytest.MonkeyPatch
    ) -> None:
        rocketchat.add_user("alice")
        rocketchat.add_user("bob")

        def interrupted_at_bob(tie: Tie, rule: Rule) -> str:
            if tie.username == "bob":
                raise KeyboardInterrupt
            return make(tie, rule)

        with monkeypatch.context() as patched:
            patched.setattr(linking, "make", interrupted_at_bob)
            ran = run("link", "--by", "username", "--yes")

        assert ran.status == 130
        assert ran.notes == "Interrupted. Linked so far: 1. Run the same command again to go on with the rest.\n"
        assert linked() == {"alice": "alice"}
        run("link", "--by", "username", "--yes")
        assert linked() == {"alice": "alice", "bob": "bob"}


class TestArguments:
    @pytest.mark.parametrize(
        "arguments, complaint",
        [
            ((), "Name either a user and a chat account, or --by, or --csv."),
            (("alice",), "Name a chat account beside the user."),
            (("alice", "al", "--by", "email"), "Name either a user and a chat account, or --by, or --csv."),
            (("alice", "al", "--user", "bob"), "--user goes with --by and --csv alone."),
            (("--by", "username", "--trust-emails"), "--trust-emails goes with --by email alone."),
            (("--by", "email", "--allow-admin"), "--allow-admin does not go with --by"),
            (("--by", "email", "--csv", "list.csv"), "not allowed with argument"),
            (("--by", "name"), "invalid choice"),
        ],
    )
    def test_that_do_not_go_together_are_said(
        self, db: None, run: Run, arguments: tuple[str, ...], complaint: str
    ) -> None:
        assert complaint in run("link", *arguments, "--yes").error

    def test_chat_that_does_not_answer_is_said(self, rocketchat: StandIn, db: None, run: Run) -> None:
        rocketchat.fail_with("drop")

        assert run("link", "--by", "username", "--yes").error.startswith("Rocket.Chat does not answer: ")

    def test_a_setting_that_is_missing_is_said(self, db: None, run: Run, settings: Settings) -> None:
        settings.ROCKETCHAT_URL = ""

        assert run("link", "--by", "username", "--yes").error.startswith("ROCKETCHAT_URL is not set.")
