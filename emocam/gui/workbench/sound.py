"""The sound of a recording, in step with the player's clock. Qt Multimedia plays it; where it can't, there is no sound."""

from __future__ import annotations

import logging
from pathlib import Path
from typing import Any

from PyQt6.QtCore import QObject, QUrl

_log = logging.getLogger(__name__)
_APART_S = 0.12  # What nobody hears; to put it right more often would crackle.


class Sound(QObject):
    def __init__(self, path: Path, parent: QObject | None = None) -> None:
        super().__init__(parent)
        self._player: Any = None
        try:
            from PyQt6.QtMultimedia import QAudioOutput, QMediaPlayer
        except ImportError as error:
            _log.warning("No sound: %s", error)
            return
        self._output = QAudioOutput(self)
        self._player = QMediaPlayer(self)
        self._player.setAudioOutput(self._output)
        self._player.setSource(QUrl.fromLocalFile(str(path)))

    @property
    def available(self) -> bool:
        return self._player is not None and self._player.hasAudio()

    def set_volume(self, volume: float) -> None:
        """volume: 0 to 1, as the ear hears it."""
        if self._player is not None:
            self._output.setVolume(volume**2)

    def follow(self, position: float, rate: float, *, playing: bool) -> None:
        """Be where the picture is, in seconds; silent while it stands still or runs backwards."""
        player = self._player
        if player is None:
            return
        sounding = player.playbackState() == player.PlaybackState.PlayingState
        if not playing or rate <= 0:
            if sounding:
                player.pause()
            return
        if player.playbackRate() != rate:
            player.setPlaybackRate(rate)
        if abs(player.position() / 1000 - position) > _APART_S * max(rate, 1.0):
            player.setPosition(round(position * 1000))
        if not sounding:
            player.play()

    def close(self) -> None:
        if self._player is not None:
            self._player.stop()
            self._player.setSource(QUrl())
