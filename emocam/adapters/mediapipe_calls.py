"""MediaPipe 1.2 hands each call of a task to a thread of its own, and waits for it; here the caller's thread does it.

Such a task is then for one thread at a time, which whoever uses one here keeps to. Each call saves two changes of thread, which
are worth a twentieth of an analysis (docs/decisions/0009).
"""

from __future__ import annotations

import sys
from collections.abc import Callable
from concurrent.futures import Executor, Future
from typing import Any

_KNOWN = "1.2."


def call_in_place(task: Any, version: str) -> None:
    """For a task of MediaPipe that was just made. How it calls its library is its own business, so what is made by another
    version than those that are known is left as it is."""
    if not version.startswith(_KNOWN):
        return
    library, functions = task._lib, sys.modules[type(task).__module__]._CTYPES_SIGNATURES
    own_thread, library._executor = library._executor, _InPlace()
    for function in functions:
        library._register_signature(function)
    own_thread.shutdown()


class _InPlace(Executor):
    def submit(self, fn: Callable[..., Any], /, *args: Any, **kwargs: Any) -> Future[Any]:
        done: Future[Any] = Future()
        try:
            done.set_result(fn(*args, **kwargs))
        except Exception as error:  # noqa: BLE001  # whoever asks for the result gets it
            done.set_exception(error)
        return done
