"""Errors say one English sentence, and know what it was made of."""

import pickle
from pathlib import Path

from emocam.domain.errors import EmocamError, Sentence, SourceError


def test_an_error_says_its_sentence_with_the_values_in_their_places():
    error = SourceError("There is no file {path}; check the {what}.", path=Path("a {b}.mp4"), what=Sentence("name"))
    assert str(error) == "There is no file a {b}.mp4; check the name."
    assert error.sentence == str(error)
    assert error.sentence.text == "There is no file {path}; check the {what}."
    assert error.sentence.values == {"path": "a {b}.mp4", "what": "name"}


def test_braces_of_a_sentence_without_values_stay():
    assert str(EmocamError("{this} stays.")) == "{this} stays."


def test_an_error_is_the_same_after_a_journey_to_another_process():
    error = SourceError("{name} holds {what}.", name="a.mp4", what=Sentence("only {sound}", sound="sound"))
    arrived = pickle.loads(pickle.dumps(error))
    assert type(arrived) is SourceError
    assert str(arrived) == "a.mp4 holds only sound."
    assert arrived.sentence.text == error.sentence.text
    assert arrived.sentence.values == error.sentence.values
    assert arrived.sentence.values["what"].values == {"sound": "sound"}
