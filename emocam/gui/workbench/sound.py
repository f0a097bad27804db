"""The sound of a recording. Qt Multimedia plays it; where it can't, there is none.

To move sound is heard, to move the picture's clock by a little is not seen. So while sound plays the clock follows it, and the
sound is moved only where the user goes elsewhere.
"""

from __future__ import annotations

import logging
import time
from pathlib import Path
from typing import Any

from PyQt6.QtCore import QObject, QUrl

from emocam.domain.ports import Clock

_log = logging.getLogger(__name__)
_ELSEWHERE_S = 0.75  # So far apart they are not out of step: the sound has lost its place.
_SETTLES_S = 0.4  # After a move, until the sound card has caught up.
_IN_STEP_S = 0.03
_STEP_S = 0.004  # The clock moves by so much per look at most, so that the picture runs a little fast or slow, and never jumps.


class Sound(QObject):
    def __init__(self, path: Path, parent: QObject | None = None, clock: Clock = time.monotonic) -> None:
        super().__init__(parent)
        self._clock = clock
        self._settled_at = 0.0
        self._moved = False
        self._player: Any = None
        try:
            from PyQt6.QtMultimedia import QAudioOutput, QMediaPlayer
        except ImportError as error:
            _log.warning("No sound: %s", error)
            return
        self._output = QAudioOutput(self)
        self._player = QMediaPlayer(self)
        # Qt's threads connect and disconnect these two, holding a lock of Qt's, and the first time PyQt wants Python's lock for
        # that. Whoever has Python's lock and just calls the player would wait for ever, so the first time is here.
        output, player = self._output, self._player
        for signal, slot in ((output.mutedChanged, output.setMuted), (player.playbackRateChanged, player.setPlaybackRate)):
            signal.connect(slot)
            signal.disconnect(slot)
        self._player.setAudioOutput(self._output)
        self._player.setSource(QUrl.fromLocalFile(str(path)))

    @property
    def available(self) -> bool:
        return self._player is not None and self._player.hasAudio()

    def set_volume(self, volume: float) -> None:
        """volume: 0 to 1, as the ear hears it."""
        if self._player is not None:
            self._output.setVolume(volume**2)

    def moved(self) -> None:
        """The user has gone elsewhere, by however little."""
        self._moved = True

    def follow(self, position: float, rate: float, *, playing: bool) -> float:
        """Sound as at `position` seconds; silent while the picture stands still or runs backwards. Returns by how many seconds
        the picture's clock should move to be in step."""
        player = self._player
        if player is None or not player.hasAudio():
            return 0.0
        sounding = player.playbackState() == player.PlaybackState.PlayingState
        if not playing or rate <= 0 or position >= player.duration() / 1000:
            if sounding:
                player.pause()
            return 0.0
        if player.playbackRate() != rate:
            player.setPlaybackRate(rate)
            self._settled_at = self._clock() + _SETTLES_S
        apart: float = player.position() / 1000 - position
        far = abs(apart) > _ELSEWHERE_S * max(rate, 1.0) and self._clock() >= self._settled_at
        if not sounding or self._moved or far:
            self._moved = False
            player.setPosition(round(position * 1000))
            player.play()
            self._settled_at = self._clock() + _SETTLES_S
            return 0.0
        if self._clock() < self._settled_at or abs(apart) < _IN_STEP_S:
            return 0.0
        return min(max(apart, -_STEP_S), _STEP_S)

    def close(self) -> None:
        if self._player is not None:
            self._player.stop()
            self._player.setSource(QUrl())
