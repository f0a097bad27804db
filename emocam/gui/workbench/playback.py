"""Picture and sound of a recording in step with one clock, and what the player's keys do to it."""

from __future__ import annotations

from collections.abc import Callable
from functools import partial
from pathlib import Path

from PyQt6.QtCore import QObject

from emocam.domain.ports import FrameReader, SourceInfo
from emocam.domain.recording import Readings
from emocam.domain.vision import Frame
from emocam.gui.leaving import Leaving
from emocam.gui.workbench.player import RATES, FrameFetcher, PlayClock
from emocam.gui.workbench.sound import Sound

_USUAL_RATE = 25.0
_JUST_INSIDE_S = 1e-6  # A moment that is a frame's own must not fall before it by rounding.


class Playback(QObject):
    """leaving: takes the readers of videos that were left."""

    def __init__(self, open_reader: Callable[[Path], FrameReader], leaving: Leaving, parent: QObject | None = None) -> None:
        super().__init__(parent)
        self._open_reader = open_reader
        self._leaving = leaving
        self._clock = PlayClock()
        self._fetcher: FrameFetcher | None = None
        self._video: Path | None = None
        self._volume = 1.0
        self._sound: Sound | None = None
        self._play_soon = False

    def open(self, video: Path, volume: float) -> None:
        self.close()
        self._fetcher = FrameFetcher(partial(self._open_reader, video))
        self._video, self._volume = video, volume

    def close(self) -> None:
        """Of picture and sound; the playhead stays."""
        if self._fetcher is not None:
            self._fetcher.close()
            self._leaving.add(self._fetcher)
        if self._sound is not None:
            self._sound.close()
            self._sound.setParent(None)  # It ends here and now, not after the application.
        self._fetcher = self._sound = self._video = None

    def reset(self) -> None:
        self.close()
        self._clock = PlayClock()
        self._play_soon = False

    def look(self) -> float:
        """Want the frame of this moment, keep the sound in step; the moment, in seconds."""
        if self._clock.at_an_end():
            self._clock.pause()
        position = self._clock.position
        if self._fetcher is not None:
            self._fetcher.want(position)
        if self._sound is None and self._clock.playing and self.has_sound and self._video is not None:
            # Not before it is wanted: it takes a moment to load, and many only look.
            self._sound = Sound(self._video, self)
            self._sound.set_volume(self._volume)
        if self._sound is not None:
            at = position + (self.info.lead_s if self.info else 0.0)  # It counts from the file's own beginning.
            self._clock.nudge(self._sound.follow(at, self._clock.rate, playing=self._clock.playing))
        return position

    @property
    def frame(self) -> Frame | None:
        return self._fetcher.frame if self._fetcher else None

    @property
    def info(self) -> SourceInfo | None:
        return self._fetcher.info if self._fetcher else None

    @property
    def message(self) -> str:
        return self._fetcher.message if self._fetcher else ""

    @property
    def has_sound(self) -> bool:
        return self.info is not None and self.info.sound

    @property
    def position(self) -> float:
        return self._clock.position

    @property
    def playing(self) -> bool:
        return self._clock.playing

    @property
    def rate(self) -> float:
        return self._clock.rate

    @property
    def duration(self) -> float:
        return self._clock.duration

    def learn_duration(self, duration: float) -> None:
        self._clock.duration = duration
        if self._play_soon and duration:
            self.play()

    # What the user does

    def play(self) -> None:
        """At once, or as soon as it is known how long it is."""
        self._play_soon = self._clock.duration == 0.0
        self._clock.play()

    def pause(self) -> None:
        self._clock.pause()

    def toggle(self) -> None:
        if self._clock.playing:
            self._clock.pause()
            return
        if self._clock.rate < 0:
            self._clock.rate = 1.0
        self.play()

    def shuttle(self, direction: int) -> None:
        """Play on (1) or back (-1), and faster each time."""
        rates = [rate * direction for rate in RATES if rate >= 1]
        going = self._clock.playing and self._clock.rate * direction > 0
        self._clock.rate = next((rate for rate in rates if abs(rate) > abs(self._clock.rate)), rates[-1]) if going else rates[0]
        self._clock.play()

    def step(self, frames: int, readings: Readings) -> None:
        """So many frames on or back. readings: those known so far; beyond their frames the frame rate must do."""
        self._clock.pause()
        place = readings.place_at(self.position) + frames
        beyond = len(readings.times) > 0 and self.position > readings.times[-1] + 1 / _USUAL_RATE
        if 0 <= place < len(readings.times) and not beyond:
            self.seek(float(readings.times[place]) + _JUST_INSIDE_S)
            return
        rate = (self.info.frame_rate if self.info else None) or _USUAL_RATE
        self.seek(self.position + frames / rate)

    def go_to(self, time_s: float, readings: Readings) -> None:
        """To what was marked at `time_s`, which may be the rounded time of a frame: to that frame, not the one before."""
        place = readings.place_at(time_s)
        rounded = place >= 0 and readings.times[place] > time_s
        self.seek(float(readings.times[place]) + _JUST_INSIDE_S if rounded else time_s)

    def seek(self, position: float) -> None:
        self._clock.seek(position)
        if self._sound is not None:
            self._sound.moved()

    def jump(self, seconds: float) -> None:
        self.seek(self.position + seconds)

    def set_rate(self, rate: float) -> None:
        self._clock.rate = rate

    def set_volume(self, volume: float) -> None:
        self._volume = volume
        if self._sound is not None:
            self._sound.set_volume(volume)
