"""Errors that a person reads. The message is one sentence: what is wrong, and what to do about it."""

from __future__ import annotations

from collections.abc import Mapping


class Sentence(str):
    """An English sentence, or a part of one, that knows what it was made of, so that a window can say it in another language.

    text: with named places, such as "There is no file {path}."; it stands as a literal where the sentence is made, to be found
    for translation. values: what came into those places; a `Sentence` among them is translated too. Of a text without values
    braces are braces.
    """

    __slots__ = ("text", "values")

    text: str
    values: Mapping[str, str]

    def __new__(cls, text: str, /, **values: object) -> Sentence:
        told = {name: value if isinstance(value, Sentence) else str(value) for name, value in values.items()}
        made = super().__new__(cls, text.format(**told) if told else text)
        made.text, made.values = text, told
        return made

    def __getnewargs_ex__(self) -> tuple[tuple[str], Mapping[str, str]]:  # Errors travel between processes.
        return (self.text,), self.values


NOTHING = Sentence("")


class EmocamError(Exception):
    """Something the user can understand and mend. Never wraps a bug. The arguments are those of `Sentence`."""

    def __init__(self, text: str, /, **values: object) -> None:
        super().__init__(text if isinstance(text, Sentence) else Sentence(text, **values))

    @property
    def sentence(self) -> Sentence:
        """What `str` says, so that it can be translated."""
        said: Sentence = self.args[0]
        return said


class SourceError(EmocamError):
    """A camera, video or picture can't be opened, or stopped giving frames."""


class AnotherCameraError(SourceError):
    """Where a camera was waited for there is another one."""


class ModelError(EmocamError):
    """A model folder is missing, incomplete or can't be run here."""


class SessionFileError(EmocamError):
    """A session file or an export can't be read or written."""


class ExportCancelledError(SessionFileError):
    """An export was stopped on the way; nothing was written."""
