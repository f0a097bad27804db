"""The memory of freed frames: kept for the next ones, given back when asked. Tried in a process with a heap of its own."""

import json
import platform
import subprocess
import sys

import pytest

_CHURN = """
import json
import platform
from emocam.adapters.frame_memory import give_back_freed_memory, keep_freed_memory
from emocam.bench.screen import memory_mb

keep_freed_memory()
before = memory_mb()
frames = [bytearray(b"x" * (4 << 20)) for _ in range(20)]
last = bytearray(b"x" * 100_000)  # Above them in the heap: what is below it is not at its end.
full = memory_mb()
del frames
freed = memory_mb()
give_back_freed_memory()
print(json.dumps([full - before, full - freed, freed - memory_mb()]))
"""


@pytest.mark.skipif(platform.libc_ver()[0] != "glibc", reason="the switch is glibc's")
def test_freed_memory_is_kept_until_it_is_given_back():
    done = subprocess.run([sys.executable, "-c", _CHURN], capture_output=True, text=True, check=True, timeout=60)
    taken, let_go, given_back = json.loads(done.stdout)
    assert taken > 60
    assert let_go < 20
    assert given_back > 40
