"""Every sink, real and fake, keeps the promises of its port."""

import pytest
from fakes import FakeSink, observation, reading

from emocam.adapters.columns import columns
from emocam.adapters.csv_sink import CsvSink
from emocam.adapters.session_file import SessionReader, SessionWriter
from emocam.domain.emotions import FER7

META = {"classes": ",".join(FER7), "source": "clip.mp4", "uncertain_below": "0.4"}


@pytest.fixture(params=["fake", "csv", "session"])
def sink_and_count(request, tmp_path):
    """A sink, and how many frames are durable by now."""
    if request.param == "fake":
        made = FakeSink()
        return made, lambda: len(made.observations)
    if request.param == "csv":
        path = tmp_path / "out.csv"
        return CsvSink(path, columns(FER7, None, 0.4)), lambda: len(path.read_text().splitlines()) - 1
    path = tmp_path / "out.emocam"

    def count():
        reader = SessionReader(path)
        try:
            return reader.frame_count
        finally:
            reader.close()

    return SessionWriter(path, META), count


def test_what_was_flushed_is_durable_and_close_may_come_twice(sink_and_count):
    sink, durable = sink_and_count
    for index in range(10):
        sink.write(observation(index, index / 10, reading()))
    sink.flush()
    assert durable() == 10
    sink.write(observation(10, 1.0))
    sink.close()
    assert durable() == 11
    sink.close()
    sink.flush()
