"""Plays a recording: a clock that the window looks at, and a thread that has the frame of that moment ready.

The window never waits for a frame: it says which moment it wants and draws what is there. When decoding is slower than the
clock, frames are left out and the time stays right.
"""

from __future__ import annotations

import logging
import threading
import time
from collections.abc import Callable

from emocam.domain.errors import EmocamError
from emocam.domain.ports import Clock, FrameReader, SourceInfo
from emocam.domain.vision import Frame
from emocam.gui.translation import told, tr

RATES = (0.25, 0.5, 0.75, 1.0, 1.5, 2.0, 3.0, 4.0)
_log = logging.getLogger(__name__)


class PlayClock:
    """Where the playhead is. duration: seconds; may grow."""

    def __init__(self, clock: Clock = time.monotonic) -> None:
        self._clock = clock
        self._since: float | None = None
        self._from = 0.0
        self.duration = 0.0
        self._rate = 1.0

    @property
    def playing(self) -> bool:
        return self._since is not None

    @property
    def position(self) -> float:
        """Seconds, 0 to `duration`."""
        moved = 0.0 if self._since is None else (self._clock() - self._since) * self._rate
        return min(max(self._from + moved, 0.0), self.duration)

    @property
    def rate(self) -> float:
        return self._rate

    @rate.setter
    def rate(self, rate: float) -> None:
        """Negative plays backwards."""
        self.seek(self.position)
        self._rate = rate

    def play(self) -> None:
        """From the start again, where it stands at the end."""
        if self.position >= self.duration and self._rate > 0:
            self.seek(0.0)
        self._from, self._since = self.position, self._clock()

    def pause(self) -> None:
        self._from, self._since = self.position, None

    def seek(self, position: float) -> None:
        self._from = min(max(position, 0.0), self.duration)
        if self._since is not None:
            self._since = self._clock()

    def nudge(self, seconds: float) -> None:
        """Move on or back a little while it plays."""
        if self._since is not None:
            self._from += seconds

    def at_an_end(self) -> bool:
        """Whether it plays, and has got where there is no further."""
        return self.playing and self.position == (self.duration if self._rate > 0 else 0.0)


class FrameFetcher:
    """Has the frame of the moment that is wanted ready, in a thread of its own, which opens and closes the reader."""

    def __init__(self, make_reader: Callable[[], FrameReader]) -> None:
        self._make_reader = make_reader
        self._changed = threading.Condition()
        self._wanted: float | None = 0.0
        self._closed = False
        self._frame: Frame | None = None
        self._info: SourceInfo | None = None
        self._message = ""
        self._thread = threading.Thread(target=self._run, name="emocam-frames", daemon=True)
        self._thread.start()

    def want(self, time_s: float) -> None:
        """Only the newest wish counts."""
        with self._changed:
            self._wanted = time_s
            self._changed.notify()

    @property
    def frame(self) -> Frame | None:
        """The last one that was fetched."""
        with self._changed:
            return self._frame

    @property
    def info(self) -> SourceInfo | None:
        """None until the file is open."""
        with self._changed:
            return self._info

    @property
    def message(self) -> str:
        """One sentence where there is no picture, else empty."""
        with self._changed:
            return self._message

    def close(self) -> None:
        """It ends once the reader has the frame it is at; returns at once."""
        with self._changed:
            self._closed = True
            self._changed.notify()

    def join(self, timeout: float) -> bool:
        self._thread.join(timeout)
        return not self._thread.is_alive()

    def _run(self) -> None:
        try:
            reader = self._make_reader()
            try:
                info = reader.open()
                with self._changed:
                    self._info = info
                while (wanted := self._next_wish()) is not None:
                    frame = reader.frame_at(wanted)
                    with self._changed:
                        self._frame = frame or self._frame
            finally:
                reader.close()
        except EmocamError as error:
            self._fail(told(error.sentence))
        except Exception:  # noqa: BLE001  # the chart must stay usable without a picture
            _log.exception("The player failed")
            self._fail(tr("The picture can't be shown; the log says more."))

    def _next_wish(self) -> float | None:
        with self._changed:
            self._changed.wait_for(lambda: self._wanted is not None or self._closed)
            wanted, self._wanted = self._wanted, None
            return None if self._closed else wanted

    def _fail(self, message: str) -> None:
        with self._changed:
            self._message = message
