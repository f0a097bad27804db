"""What a person adds to a recording: names, faces joined and cut apart, faces hidden, markers. All of it is a value: an edit
makes a new one and leaves the readings alone, so undo is the value before."""

from __future__ import annotations

from collections.abc import Collection, Iterable
from dataclasses import dataclass, replace

import numpy as np
from numpy.typing import NDArray

from emocam.domain.times import ROUNDED_S


@dataclass(frozen=True, slots=True)
class Person:
    """A face in the tables, once somebody has said something of it. id: the `face_id`. name: empty for "Face ID"."""

    id: int
    name: str = ""
    hidden: bool = False


@dataclass(frozen=True, slots=True)
class Piece:
    """The readings of `track` from `start_s` seconds on are of `person`, up to the next piece of the same track.

    A track without a piece is a person of its own number.
    """

    track: int
    start_s: float
    person: int


@dataclass(frozen=True, slots=True)
class Marker:
    """An event at `start_s` seconds, or a span up to `end_s`."""

    start_s: float
    label: str
    end_s: float | None = None

    def at(self, time_s: float) -> bool:
        """Whether a span holds `time_s`; a point holds no time but its own."""
        end_s = self.start_s if self.end_s is None else self.end_s
        return self.start_s - ROUNDED_S <= time_s <= end_s + ROUNDED_S


@dataclass(frozen=True, slots=True)
class Annotations:
    """people: those of whom something is said, by id. pieces: by track and time. markers: in time order."""

    people: tuple[Person, ...] = ()
    pieces: tuple[Piece, ...] = ()
    markers: tuple[Marker, ...] = ()

    def person(self, person: int) -> Person:
        return next((known for known in self.people if known.id == person), Person(person))

    def name(self, person: int) -> str:
        return self.person(person).name or f"Face {person}"

    @property
    def hidden(self) -> frozenset[int]:
        return frozenset(person.id for person in self.people if person.hidden)

    def owner(self, track: int, time_s: float) -> int:
        """Whose reading one of `track` at `time_s` seconds is."""
        person = track
        for piece in self.pieces:
            if piece.track == track and piece.start_s <= time_s:
                person = piece.person
        return person

    def owners(self, tracks: NDArray[np.int32], times: NDArray[np.float64]) -> NDArray[np.int32]:
        """(N,) whose each reading is; tracks and times (seconds): (N,)."""
        people = tracks.copy()
        for piece in self.pieces:  # In time order, so that a later one takes what an earlier one had.
            people[(tracks == piece.track) & (times >= piece.start_s)] = piece.person
        return people

    def renamed(self, person: int, name: str) -> Annotations:
        return self._with_person(replace(self.person(person), name=name.strip()))

    def shown(self, person: int, *, hidden: bool) -> Annotations:
        return self._with_person(replace(self.person(person), hidden=hidden))

    def merged(self, into: int, other: int) -> Annotations:
        """All of `other` becomes `into`'s; a name that only `other` had goes along."""
        pieces = [replace(piece, person=into) if piece.person == other else piece for piece in self.pieces]
        if self.owner(other, 0.0) == other:
            pieces.append(Piece(other, 0.0, into))
        name = self.person(into).name or self.person(other).name
        people = tuple(person for person in self.people if person.id != other)
        return replace(self, people=people, pieces=_in_order(pieces))._with_person(replace(self.person(into), name=name))

    def split(self, person: int, at_s: float, new: int) -> Annotations:
        """What `person` shows from `at_s` seconds on becomes `new`'s, a number that nobody has."""
        tracks = {person, *(piece.track for piece in self.pieces if piece.person == person)}
        cut = [Piece(track, at_s, new) for track in tracks if self.owner(track, at_s) == person]
        kept = [
            replace(piece, person=new) if piece.person == person and piece.start_s > at_s else piece
            for piece in self.pieces
            if not (piece.start_s == at_s and piece.person == person)
        ]
        return replace(self, pieces=_in_order([*kept, *cut]))

    def uncut(self, tracks: Collection[int]) -> Annotations:
        """Nobody joined or cut, and nothing said of people that only came of it. tracks: all that were found."""
        return replace(self, people=tuple(person for person in self.people if person.id in tracks), pieces=())

    def marked(self, marker: Marker) -> Annotations:
        return replace(self, markers=tuple(sorted((*self.markers, marker), key=lambda each: (each.start_s, each.label))))

    def unmarked(self, marker: Marker) -> Annotations:
        """Without `marker`, where it is there; of two alike one stays."""
        left = list(self.markers)
        if marker in left:
            left.remove(marker)
        return replace(self, markers=tuple(left))

    def _with_person(self, person: Person) -> Annotations:
        others = [known for known in self.people if known.id != person.id]
        return replace(self, people=tuple(sorted([*others, person], key=lambda known: known.id)))


def _in_order(pieces: Iterable[Piece]) -> tuple[Piece, ...]:
    return tuple(sorted(pieces, key=lambda piece: (piece.track, piece.start_s)))
