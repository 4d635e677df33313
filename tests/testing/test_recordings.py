"""The stand-in answers as the recorded Rocket.Chat 6.5.3 did."""

import filecmp
from pathlib import Path

import pytest

from tests.testing.interludes import AFTER, BEFORE
from tests.testing.pictures import pictures
from tests.testing.replaying import RECORDINGS, Replay, note, recorded_names

ORIGINALS = Path(__file__).parents[3] / "shared" / "recordings" / RECORDINGS.name

# What was noted beside the exchanges and cannot be seen at the stand-in.
NOT_SHOWN = {
    "ddp-iframe-login-log": "the messages of a DDP socket, which the stand-in has not; its watch stands for the socket",
}


def noted() -> list[str]:
    names = [path.stem.removeprefix("note-") for path in RECORDINGS.glob("note-*.json")]
    return sorted(name for name in names if name not in NOT_SHOWN)


@pytest.fixture(scope="module")
def replay() -> Replay:
    with pictures() as url:
        replay = Replay(url)
        replay.run(BEFORE, AFTER)
    return replay


@pytest.mark.parametrize("name", recorded_names())
def test_answers_as_recorded(replay: Replay, name: str) -> None:
    assert replay.differences[name] == []


@pytest.mark.parametrize("name", noted())
def test_behaves_as_noted(replay: Replay, name: str) -> None:
    assert replay.comparison.differences(note(name), replay.notes[name]) == []


def test_every_interlude_belongs_to_an_exchange() -> None:
    assert (BEFORE.keys() | AFTER.keys()) <= set(recorded_names())


def test_recordings_are_those_of_the_real_server() -> None:
    if not ORIGINALS.is_dir():
        pytest.skip(f"shared recordings missing: {ORIGINALS}")
    names = [path.name for path in RECORDINGS.iterdir()]
    missing = {path.name for path in ORIGINALS.glob("*.json") if not path.name.startswith("web-")} - set(names)
    assert missing == set()
    assert filecmp.cmpfiles(RECORDINGS, ORIGINALS, names, shallow=False) == (names, [], [])
