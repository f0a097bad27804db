"""Recordings in columns, what people add to them, and what they come to."""

import math
import sqlite3
from dataclasses import replace

import numpy as np
import pytest
from fakes import observation, reading, scores

from emocam.adapters.session_file import SessionReader, SessionWriter, save_annotations
from emocam.domain.annotations import Annotations, Marker, Person, Piece
from emocam.domain.emotions import FER7
from emocam.domain.errors import SessionFileError
from emocam.domain.presence import presences
from emocam.domain.recording import Readings, Recording, Series
from emocam.domain.summary import Rules, end_of, leading_stretches, part_of, stands_until, summarise

META = {"classes": ",".join(FER7), "source": "clip.mp4", "uncertain_below": "0.4"}
HAPPY, SAD, NEUTRAL = FER7.index("happy"), FER7.index("sad"), FER7.index("neutral")


def two_faces(count=10):
    """Face 1 throughout, face 2 in the second half."""
    return [
        observation(place, place / 10, reading(1), *([reading(2, scores(sad=0.9))] if place >= count // 2 else []))
        for place in range(count)
    ]


@pytest.fixture
def recording():
    made = Recording(FER7)
    made.append(Readings.of(two_faces()[:3], len(FER7)))
    made.append(Readings.of(two_faces()[3:], len(FER7)))
    return made


@pytest.fixture
def session(tmp_path):
    writer = SessionWriter(tmp_path / "run.emocam", META)
    for each in two_faces():
        writer.write(each)
    writer.mark(0.25, "start")
    writer.close()
    return writer.path


def test_a_series_has_a_row_per_frame_and_nan_where_the_face_was_away(recording):
    series = recording.series((2,), Annotations())
    assert series.times.tolist() == pytest.approx([place / 10 for place in range(10)])
    assert series.present.tolist() == [False] * 5 + [True] * 5
    assert series.values[7, SAD] == pytest.approx(0.9)


def test_several_people_are_shown_by_their_mean(recording):
    series = recording.series((1, 2), Annotations())
    assert series.values[2, HAPPY] == pytest.approx(0.75)
    assert series.values[8, HAPPY] == pytest.approx(0.75 / 2)
    assert series.values[8].sum() == pytest.approx(1)
    assert np.isnan(recording.series((5, 6), Annotations()).values).all()


def test_the_frame_on_the_screen_is_the_last_one_that_began(recording):
    assert recording.at(-0.01, Annotations(), (320, 180)) is None
    seen = recording.at(0.59, Annotations(), (320, 180))
    assert seen.frame_index == 5
    assert [each.track_id for each in seen.readings] == [1, 2]
    hidden = Annotations().shown(1, hidden=True)
    assert [each.track_id for each in recording.at(0.59, hidden, (320, 180)).readings] == [2]


def test_what_was_handed_out_does_not_change(recording):
    before = recording.readings
    recording.append(Readings.of([observation(10, 1.0, reading(3))], len(FER7)))
    assert len(before.times) == 10
    assert recording.people(Annotations()) == (1, 2, 3)


def test_merge_takes_over_all_and_a_name():
    merged = Annotations().renamed(2, " Ada ").merged(1, 2)
    assert merged.owner(2, 0.0) == merged.owner(2, 99.0) == 1
    assert merged.name(1) == "Ada"
    assert merged.name(2) == "Face 2"


def test_split_cuts_at_the_moment_and_a_merge_mends_it():
    split = Annotations().split(1, 0.5, 7)
    assert [split.owner(1, time) for time in (0.0, 0.49, 0.5, 9.0)] == [1, 1, 7, 7]
    mended = split.merged(1, 7)
    assert [mended.owner(1, time) for time in (0.0, 0.5, 9.0)] == [1, 1, 1]


def test_a_merged_person_is_split_in_all_tracks():
    both = Annotations().merged(1, 2).split(1, 0.5, 9)
    assert [both.owner(track, time) for track in (1, 2) for time in (0.4, 0.6)] == [1, 9, 1, 9]


def test_a_split_within_a_split():
    twice = Annotations().split(1, 0.5, 7).split(7, 0.8, 8).split(1, 0.2, 9)
    assert [twice.owner(1, time) for time in (0.1, 0.3, 0.6, 0.9)] == [1, 9, 7, 8]
    tracks, times = np.full(4, 1, np.int32), np.array([0.1, 0.3, 0.6, 0.9])
    assert twice.owners(tracks, times).tolist() == [1, 9, 7, 8]


def test_markers_stay_in_order_and_one_of_two_equal_ones_goes():
    marked = Annotations().marked(Marker(2, "b")).marked(Marker(1, "a", 3)).marked(Marker(2, "b"))
    assert [marker.label for marker in marked.markers] == ["a", "b", "b"]
    assert [marker.label for marker in marked.unmarked(Marker(2, "b")).markers] == ["a", "b"]
    assert marked.unmarked(Marker(9, "never set")) == marked


def test_annotations_are_kept_in_the_session_and_seen_in_what_is_read(session):
    edits = Annotations((Person(1, "Ada"), Person(2, "", True)), (Piece(1, 0.5, 7),), (Marker(0.2, "rest", 0.4),))
    save_annotations(session, edits)
    reader = SessionReader(session)
    assert reader.annotations == edits
    seen = list(reader.observations_with_markers())
    assert [[each.track_id for each in made.readings] for made, _ in seen] == [[1]] * 5 + [[7]] * 5
    assert [labels for _, labels in seen] == [()] * 2 + [("rest",)] * 3 + [()] * 5
    part = list(reader.observations(0.5, 0.7, people=(2,)))
    assert [made.frame_index for made in part] == [5, 6, 7]
    assert {each.track_id for made in part for each in made.readings} == {2}
    reader.close()


def test_the_surer_of_two_readings_of_one_person_counts(session):
    save_annotations(session, Annotations().merged(1, 2))
    reader = SessionReader(session)
    assert all(len(made.readings) == 1 for made in reader.observations())
    reader.close()


def test_the_surer_one_counts_everywhere():
    """Two tracks that somebody joined are both there: the table, the chart, the face list and the picture show the same one."""
    sure, unsure = reading(1), reading(2, scores(sad=0.9))
    unsure = replace(unsure, face=replace(unsure.face, confidence=0.6))
    made = Recording(FER7)
    made.append(Readings.of([observation(place, place / 10, sure, unsure) for place in range(20)], len(FER7)))
    for annotations in (Annotations().merged(1, 2), Annotations().merged(2, 1)):
        (person,) = made.people(annotations)
        summary = summarise(made.series((person,), annotations), FER7)
        assert (summary.leading, summary.mean[SAD]) == ("happy", 0)
        (present,) = presences(made, annotations)
        assert (present.person, present.seconds) == (person, pytest.approx(2.0))
        assert FER7[present.leading] == summary.leading
        (shown,) = made.at(0.5, annotations, (320, 180)).readings
        assert shown.track_id == person
        assert shown.smoothed.values[HAPPY] == pytest.approx(0.75)
    assert len(made.people(Annotations())) == 2


def test_what_leads_is_what_led_for_most_of_the_time():
    """Not what is the most probable on average: a strong smile of a few seconds may be that."""
    made = Recording(FER7)
    calm, smiling = scores(happy=0.49), scores(happy=0.9)
    made.append(Readings.of([observation(n, n / 10, reading(1, calm if n < 6 else smiling)) for n in range(10)], len(FER7)))
    (present,) = presences(made, Annotations())
    assert max(zip(present.mean, FER7, strict=True))[1] == "happy"
    assert FER7[present.leading] == summarise(made.series((1,), Annotations()), FER7).leading == "neutral"


def test_columns_hold_what_the_observations_hold(session):
    reader = SessionReader(session)
    made = Recording(FER7)
    for part in reader.columns():
        made.append(part)
    again = made.readings
    expected = Readings.of(list(reader.observations()), len(FER7))
    for name in Readings.__slots__:
        np.testing.assert_array_equal(getattr(again, name), getattr(expected, name), name)
    reader.close()


def test_a_session_of_the_first_version_opens_and_takes_annotations(session):
    database = sqlite3.connect(session)
    database.executescript(
        "ALTER TABLE markers DROP COLUMN end_s; DROP TABLE people; DROP TABLE pieces; PRAGMA user_version = 1;"
    )
    database.close()
    reader = SessionReader(session)
    assert reader.annotations == Annotations(markers=(Marker(0.25, "start"),))
    reader.close()
    edited = reader.annotations.renamed(1, "Ada")
    save_annotations(session, edited)
    reader = SessionReader(session)
    assert reader.annotations == edited
    reader.close()


def test_annotations_that_can_t_be_saved_leave_those_that_were(session):
    save_annotations(session, Annotations().renamed(1, "Ada"))
    database = sqlite3.connect(session)
    database.execute("CREATE UNIQUE INDEX fails ON markers (label) WHERE json(label) = 0")  # Of "x", which is no JSON.
    database.commit()
    database.close()
    with pytest.raises(SessionFileError, match="malformed JSON"):
        save_annotations(session, Annotations().renamed(1, "Bea").marked(Marker(1, "x")))
    reader = SessionReader(session)
    assert reader.annotations.name(1) == "Ada"
    reader.close()


def series(*rows, step=0.1):
    """One row per tenth of a second: a class name, or empty where nobody is seen."""
    values = np.full((len(rows), len(FER7)), 0.0, np.float32)
    for place, name in enumerate(rows):
        values[place] = np.nan if not name else 0.05
        if name:
            values[place, FER7.index(name)] = 0.7
    return Series(np.arange(len(rows)) * step, values)


def test_shares_are_of_the_time_in_sight():
    summary = summarise(series(*["happy"] * 6, *["sad"] * 2, *[""] * 2), FER7)
    assert summary.present_s == pytest.approx(0.8)
    assert summary.missing_s == pytest.approx(0.2)
    assert summary.dominant[HAPPY] == summary.above[HAPPY] == pytest.approx(0.75)
    assert summary.mean[SAD] == pytest.approx(0.25 * 0.7 + 0.75 * 0.05)
    assert summary.expressiveness == pytest.approx(0.95)


def test_time_counts_and_not_frames():
    slow = series("happy", "sad", "sad")
    uneven = Series(np.array([0.0, 0.2, 0.3]), slow.values)
    assert summarise(uneven, FER7).dominant[HAPPY] == pytest.approx(0.2 / (0.2 + 0.1 + 0.15), abs=1e-3)


def test_a_hole_in_the_recording_is_nobody_s_time():
    holed = Series(np.concatenate([np.arange(10) / 10, 60 + np.arange(10) / 10]), series(*["happy"] * 20).values)
    assert summarise(holed, FER7).present_s < 3


def test_an_episode_bridges_a_flicker_and_ends_at_a_pause():
    rows = [*["happy"] * 4, "sad", *["happy"] * 4, *["neutral"] * 4, *["happy"] * 3]
    episodes = [each for each in summarise(series(*rows), FER7).episodes if each.label == "happy"]
    assert [(round(each.start_s, 1), round(each.end_s, 1)) for each in episodes] == [(0.0, 0.9), (1.3, 1.6)]
    assert episodes[0].peak == pytest.approx(0.7)
    longer = summarise(series(*rows), FER7, Rules(shortest=0.5)).episodes
    assert [each.label for each in longer] == ["happy"]


def test_an_episode_ends_where_the_face_is_away_for_longer_than_a_flicker():
    episodes = summarise(series(*["happy"] * 5, "", *["happy"] * 4, *[""] * 5, *["happy"] * 5), FER7).episodes
    assert [(round(each.start_s, 1), round(each.end_s, 1)) for each in episodes] == [(0.0, 1.0), (1.5, 2.0)]


def test_transitions_count_what_lasted():
    counts = summarise(series(*["sad"] * 5, "happy", *["sad"] * 5, *["happy"] * 5, *["sad"] * 5), FER7).transitions
    assert counts[SAD][HAPPY] == counts[HAPPY][SAD] == 1
    assert sum(map(sum, counts)) == 2


def test_a_flicker_between_two_stretches_of_one_class_is_no_change():
    flickers = ["happy"] * 10 + ["sad", "neutral"] + ["happy"] * 15
    assert summarise(series(*flickers), FER7).changes == 0
    random = np.random.default_rng(1)
    for _ in range(20):
        noise = random.choice(["happy", "sad"], 30).tolist()
        counts = summarise(series(*["sad"] * 30, *noise, *["sad"] * 30, step=1 / 30), FER7).transitions
        assert counts[HAPPY][SAD] == counts[SAD][HAPPY]


def test_a_flicker_that_goes_on_and_on_is_of_what_leads_in_most_of_it():
    rows = ["happy"] * 10 + ["sad", "sad", "neutral"] * 200
    part = part_of(series(*rows))
    first, second = leading_stretches(part, Rules())
    assert (first.leading, second.leading) == (HAPPY, SAD)
    assert (first.end_s, second.end_s) == (pytest.approx(1.0), pytest.approx(61.0))
    assert summarise(series(*rows), FER7).changes == 1
    # At its end it goes on to be what comes after it.
    after = leading_stretches(part_of(series(*["sad", "sad", "neutral"] * 2, *["sad"] * 5)), Rules())
    assert [(each.leading, each.start_s) for each in after] == [(SAD, 0.0)]
    assert leading_stretches(part_of(series("", "")), Rules()) == leading_stretches(part_of(series()), Rules()) == []


def test_nobody_saw_a_change_that_came_while_the_face_was_away():
    for away, changes in ((5, 1), (30, 0)):
        rows = ["happy"] * 10 + [""] * away + ["sad"] * 10
        assert summarise(series(*rows), FER7).changes == changes


@pytest.mark.parametrize("rate", [15, 25, 30, 60])
def test_a_limit_met_exactly_holds_wherever_in_the_video_it_is(rate):
    gap, shortest = round(0.2 * rate), math.ceil(0.25 * rate)
    for start in range(0, 400, 7):
        lead = [""] * start
        rows = [*lead, *["happy"] * shortest, *["sad"] * gap, *["happy"] * shortest]
        times = np.array([round(place / rate, 3) for place in range(len(rows))])
        found = summarise(Series(times, series(*rows).values), FER7).episodes
        assert sum(each.label == "happy" for each in found) == 1, start


def test_a_slow_stretch_of_an_uneven_video_counts_by_its_time():
    quick, slow = ["sad"] * 300, ["happy"] * 120
    times = np.concatenate([np.arange(300) / 30, 10 + np.arange(120) / 2])
    summary = summarise(Series(times, series(*quick, *slow).values), FER7)
    assert summary.present_s == pytest.approx(70, abs=1)
    assert summary.dominant[HAPPY] == pytest.approx(60 / 70, abs=0.01)
    assert [each.label for each in summary.episodes] == ["sad", "happy"]


def test_a_face_is_in_the_picture_no_longer_than_the_source_lasts():
    made = Recording(FER7)
    made.append(Readings.of([observation(place, 5.0 * place, reading(1)) for place in range(3)], len(FER7)))
    assert [each.seconds for each in presences(made, Annotations(), 14.0)] == [14.0]
    assert [each.seconds for each in presences(made, Annotations())] == [15.0]


def test_what_a_frame_showed_is_not_said_of_a_hole():
    """Though the hole is all that lies on one side of it."""
    times = np.concatenate([np.arange(300) / 30, 70 + np.arange(30) / 30])
    assert stands_until(times, 0) == pytest.approx(1 / 30)
    assert stands_until(times, 299) == pytest.approx(299 / 30 + 1)
    assert stands_until(times, 329) == pytest.approx(71)
    assert stands_until(np.array([0.0, 2.0, 4.0]), 0) == 2.0  # Every two seconds is no hole.


def test_a_range_has_the_length_that_was_asked_for():
    sampled = Series(np.array([0.0, 5.0, 10.0]), series("happy", "happy", "sad").values)
    assert end_of(sampled.times, 14.0) == 14.0
    assert end_of(sampled.times, 9.0) == end_of(sampled.times) == 15.0
    for start, end, seconds, happy in (
        (0, 14, 14, 10 / 14),
        (0, 10, 10, 1.0),
        (4, 6, 2, 1.0),
        (12, 14, 2, 0.0),
        (9, 11, 2, 0.5),
    ):
        summary = summarise(sampled, FER7, start_s=start, end_s=end)
        assert summary.present_s == pytest.approx(seconds)
        assert summary.dominant[HAPPY] == pytest.approx(happy)
        assert summary.first_s >= start
    halves = [summarise(sampled, FER7, start_s=a, end_s=b).present_s for a, b in ((0, 7), (7, 14))]
    assert sum(halves) == pytest.approx(14)


def test_who_was_never_seen_has_no_shares():
    summary = summarise(series("", "", ""), FER7)
    assert summary.present_s == 0
    assert np.isnan(summary.mean).all()
    assert summary.episodes == ()


def test_a_still_picture_has_shares():
    assert summarise(series("happy"), FER7).dominant[HAPPY] == 1
