"""What is drawn on the picture: labels that can be read, that of the chosen face before all."""

from itertools import combinations

import pytest
from fakes import frame, observation, reading, scores
from PyQt6.QtCore import QRectF
from PyQt6.QtGui import QFontMetricsF

from emocam.gui import preview
from emocam.gui.plates import plates
from emocam.gui.preview import Preview

WHOLE = ("1  happy 0.82", "1  happy", "1")


@pytest.fixture
def metrics(qapp):
    return QFontMetricsF(qapp.font())


def test_a_label_is_above_its_box_and_inside_the_picture(metrics):
    picture = QRectF(10, 10, 600, 400)
    above, top, corner = (
        plates([(box, WHOLE)], metrics, picture)[0].rect
        for box in (QRectF(100, 100, 80, 80), QRectF(100, 12, 80, 80), QRectF(590, 380, 20, 20))
    )
    assert above.bottom() < 100
    assert 12 < top.top() < 20, "inside the box's top"
    assert picture.contains(corner)


def test_labels_of_neighbours_do_not_cover_each_other(metrics):
    """Eight faces in two rows, each box narrower than its label."""
    width = metrics.horizontalAdvance(WHOLE[0])
    boxes = [QRectF(60 + column * width, 60 + row * 110, width - 20, 66) for row in range(2) for column in range(4)]
    placed = plates([(box, WHOLE) for box in boxes], metrics, QRectF(0, 0, 60 + 5 * width, 300))
    assert not [pair for pair in combinations(placed, 2) if pair[0].rect.intersects(pair[1].rect)]
    assert placed[0].text == WHOLE[0]


def test_where_there_is_no_room_at_all_the_first_has_its_own(metrics):
    box = QRectF(100, 100, 30, 30)
    placed = plates([(box, WHOLE)] * 9, metrics, QRectF(0, 0, 400, 300))
    assert placed[0].text == WHOLE[0]
    assert placed[-1].text == "1", "as little as can be covers the others"


@pytest.mark.parametrize("chosen", [1, 2, 3])
def test_the_chosen_face_has_the_first_right_to_a_place_and_is_drawn_last(qtbot, monkeypatch, chosen):
    asked, drawn = [], []

    def note(faces, metrics, place):
        asked.extend(texts[2] for _, texts in faces)
        return plates(faces, metrics, place)

    monkeypatch.setattr(preview, "plates", note)
    monkeypatch.setattr(Preview, "_draw_box", lambda self, painter, box, reading: drawn.append(reading.track_id))
    shown = Preview(0.4)
    qtbot.addWidget(shown)
    readings = [reading(face, scores(happy=0.8), left=0.1 * face) for face in (1, 2, 3)]
    shown.show_frame(frame(0), observation(0, 0.0, *readings), chosen)
    shown.grab()
    assert asked[0] == str(chosen)
    assert drawn[-1] == chosen
