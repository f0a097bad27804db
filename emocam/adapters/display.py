"""Whether a window could be seen. Asked without Qt, which ends the process where it finds no screen."""

import os
import sys


def display_missing() -> bool:
    """Whether there is no screen for a window, on systems where that can be told beforehand."""
    if sys.platform != "linux" or os.environ.get("QT_QPA_PLATFORM"):
        return False
    return not (os.environ.get("DISPLAY") or os.environ.get("WAYLAND_DISPLAY"))
