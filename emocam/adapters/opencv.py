"""The one doorway to OpenCV.

Its Linux wheels bring a Qt 5 of their own and point Qt's plug-in variables at it, which breaks every other Qt that starts
afterwards, in this process and in its children (opencv-python issues 736 and 447). So they are put back as they were.
"""

from __future__ import annotations

import os

_QT_VARIABLES = ("QT_QPA_PLATFORM_PLUGIN_PATH", "QT_QPA_FONTDIR")

_before = {name: os.environ.get(name) for name in _QT_VARIABLES}
# On Windows the default back end takes up to a minute to open some cameras (opencv issue 17687).
os.environ.setdefault("OPENCV_VIDEOIO_MSMF_ENABLE_HW_TRANSFORMS", "0")
os.environ.setdefault("OPENCV_LOG_LEVEL", "ERROR")

import cv2  # noqa: E402

# What we ask of it is small, and frames are worked on side by side already: its threads would cost more than they give.
cv2.setNumThreads(1)

for _name, _value in _before.items():
    if _value is None:
        os.environ.pop(_name, None)
    else:
        os.environ[_name] = _value

__all__ = ["cv2"]
