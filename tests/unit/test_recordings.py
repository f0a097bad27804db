"""A file that is opened again in the window: what was made of it before, and what goes on."""

import sqlite3
from dataclasses import replace
from pathlib import Path

import pytest
from clips import steady, write_clip

from emocam.adapters.session_file import SessionReader, save_annotations
from emocam.adapters.settings import Settings
from emocam.domain.annotations import Annotations, Marker, Person
from emocam.recordings import open_recording

EDITS = Annotations(people=(Person(1, "Ada"),), markers=(Marker(0.5, "here"),))


@pytest.fixture
def settings(tmp_path):
    return Settings(recordings=str(tmp_path / "sessions"))


@pytest.fixture
def clip(tmp_path):
    return write_clip(tmp_path / "clip.mp4", steady(20))


def analysed(opened, *, whole):
    opened.run.start()
    assert opened.run.join(60)
    assert opened.run.status.message == ""
    assert SessionReader(opened.session).meta.get("complete") == "yes"
    if not whole:  # As if it had been stopped.
        with sqlite3.connect(opened.session) as database:
            database.execute("DELETE FROM meta WHERE key = 'complete'")
        database.close()
    return opened.session


def test_what_was_marked_in_an_analysis_that_was_stopped_goes_on_in_the_next(settings, clip):
    session = analysed(open_recording(clip, settings), whole=False)
    save_annotations(session, EDITS)
    again = open_recording(clip, settings)
    assert not again.earlier
    assert again.session != session
    assert again.annotations == EDITS
    assert open_recording(clip, settings, anew=True).annotations == EDITS


def test_what_was_joined_or_cut_in_one_that_was_stopped_does_not_go_on(settings, clip):
    """A face that comes later may have the number of the part that was cut off, or be there beside one that was joined."""
    session = analysed(open_recording(clip, settings), whole=False)
    save_annotations(session, replace(EDITS.split(1, 0.2, 2).merged(1, 3), people=(Person(1, "Ada"), Person(2, "Bob"))))
    assert open_recording(clip, settings).annotations == Annotations(markers=EDITS.markers)
    both = replace(EDITS.split(1, 0.2, 2), people=(Person(1, "Ada"), Person(2, "Bob")))
    assert both.uncut({1}) == EDITS
    assert SessionReader(session).annotations.pieces


def test_what_was_marked_goes_on_also_where_nobody_looks(settings, clip):
    """As in a queue: it is in the new file before anything is shown, and so in the one after that."""
    save_annotations(analysed(open_recording(clip, settings), whole=False), EDITS)
    second = analysed(open_recording(clip, settings), whole=False)
    assert SessionReader(second).annotations == EDITS
    third = analysed(open_recording(clip, settings), whole=True)
    assert SessionReader(third).annotations == EDITS
    assert open_recording(clip, settings).annotations == EDITS


def test_a_whole_one_is_taken_with_all_that_was_made_of_it(settings, clip):
    session = analysed(open_recording(clip, settings), whole=True)
    save_annotations(session, EDITS)
    again = open_recording(clip, settings)
    assert again.earlier
    assert again.session == session
    assert again.annotations == EDITS
    assert open_recording(clip, settings, anew=True).annotations == Annotations()  # They stay where they are.


def test_a_session_is_one_file_however_it_is_spelled(settings, clip, monkeypatch):
    session = analysed(open_recording(clip, settings), whole=True)
    monkeypatch.chdir(session.parent)
    assert open_recording(Path(session.name), settings).session == open_recording(session, settings).session
