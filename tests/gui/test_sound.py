"""Sound and picture in step, by a scripted player in place of Qt's."""

from enum import Enum
from pathlib import Path

import pytest
from fakes import FakeClock

from emocam.gui.workbench.player import PlayClock
from emocam.gui.workbench.sound import Sound


class ScriptedPlayer:
    """Plays 10 s at the clock's pace, `late` seconds behind."""

    class PlaybackState(Enum):
        StoppedState, PlayingState, PausedState = range(3)

    def __init__(self, clock):
        self.clock, self.late = clock, 0.0
        self.state, self.rate = self.PlaybackState.StoppedState, 1.0
        self.base, self.since = 0.0, 0.0
        self.moves = []

    def hasAudio(self):
        return True

    def duration(self):
        return 10_000

    def playbackState(self):
        return self.state

    def playbackRate(self):
        return self.rate

    def setPlaybackRate(self, rate):
        self.rate = rate

    def position(self):
        going = self.state is self.PlaybackState.PlayingState
        moved = (self.clock.now - self.since) * self.rate - self.late if going else 0.0
        return round((self.base + moved) * 1000)

    def setPosition(self, position):
        self.moves.append(position)
        self.base, self.since = position / 1000, self.clock.now

    def play(self):
        self.state, self.since = self.PlaybackState.PlayingState, self.clock.now

    def pause(self):
        self.state = self.PlaybackState.PausedState

    def stop(self): ...

    def setSource(self, url): ...


@pytest.fixture
def clock():
    return FakeClock()


@pytest.fixture
def sound(qapp, clock):
    made = Sound.__new__(Sound)
    made._clock, made._settled_at, made._moved, made._player = clock, 0.0, False, ScriptedPlayer(clock)
    return made


def look(sound, play, clock, times):
    for _ in range(times):
        play.nudge(sound.follow(play.position, play.rate, playing=play.playing))
        clock.now += 0.012


def started(clock, at=2.0):
    play = PlayClock(clock)
    play.duration = 10.0
    play.seek(at)
    play.play()
    return play


def test_it_plays_from_where_the_picture_is_and_is_moved_once(sound, clock):
    play = started(clock)
    look(sound, play, clock, 50)
    assert sound._player.moves == [2000]
    assert sound._player.state is ScriptedPlayer.PlaybackState.PlayingState


def test_late_sound_slows_the_picture_and_is_not_moved(sound, clock):
    play = started(clock)
    sound._player.late = 0.3
    look(sound, play, clock, 40)
    before = play.position
    look(sound, play, clock, 1)
    assert 0 < play.position - before < 0.012, "no jump, and never backwards"
    look(sound, play, clock, 200)
    assert sound._player.position() / 1000 == pytest.approx(play.position, abs=0.05)
    assert sound._player.moves == [2000]


def test_where_the_user_goes_elsewhere_sound_goes_too(sound, clock):
    play = started(clock)
    look(sound, play, clock, 60)
    play.seek(7.0)
    look(sound, play, clock, 60)
    assert sound._player.moves == [2000, 7000]
    assert sound._player.position() / 1000 == pytest.approx(play.position, abs=0.05)


@pytest.mark.parametrize(("rate", "jump"), [(1.0, 0.5), (2.0, 1.0), (4.0, -1.0)])
def test_a_short_jump_is_not_taken_for_sound_out_of_step(sound, clock, rate, jump):
    play = started(clock, 4.0)
    play.rate = rate
    look(sound, play, clock, 60)
    wanted = play.position + jump
    play.seek(wanted)
    sound.moved()
    began = clock.now
    look(sound, play, clock, 60)
    assert len(sound._player.moves) == 2
    assert play.position == pytest.approx(min(wanted + rate * (clock.now - began), play.duration), abs=0.05)


@pytest.mark.parametrize("how", ["paused", "backwards", "over"])
def test_it_is_silent_where_there_is_nothing_to_hear(sound, clock, how):
    play = started(clock)
    look(sound, play, clock, 20)
    if how == "paused":
        play.pause()
    elif how == "backwards":
        play.rate = -1.0
    else:
        play.duration = 20.0
        play.seek(15.0)
    look(sound, play, clock, 3)
    assert sound._player.state is ScriptedPlayer.PlaybackState.PausedState


def test_a_file_without_sound_is_no_matter(qapp, monkeypatch):
    silent = Sound.__new__(Sound)
    silent._player = None
    assert silent.follow(1.0, 1.0, playing=True) == 0.0
    assert not silent.available


@pytest.mark.qt_log_ignore("pipewire", "PulseAudio", "No audio device", "Couldn.t (load|resolve) va", extend=True)
def test_the_real_one_knows_whether_there_is_sound(qtbot):
    sound = Sound(Path("assets/demo/demo.mp4"))
    qtbot.waitUntil(lambda: sound.available, timeout=5000)
    sound.close()
