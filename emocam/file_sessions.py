"""The session of a file: how it is made, and by what it is known again. The window and the batch both go by this."""

from __future__ import annotations

import threading
from collections.abc import Callable, Mapping, Sequence
from dataclasses import dataclass
from pathlib import Path

from emocam.adapters.session_file import SessionReader, SessionWriter, mark_complete, refuse_to_lose
from emocam.adapters.settings import Settings
from emocam.bootstrap import build_analyser
from emocam.domain.annotations import Annotations
from emocam.domain.errors import SessionFileError
from emocam.domain.ports import ObservationSink, SourceInfo
from emocam.domain.sampling import ALL_FRAMES, SAMPLING_KEYS, Sampling
from emocam.pipeline.offline import Progress, analyse_recording
from emocam.session_facts import MODEL_HASH, analysis_facts, file_facts, is_bundled_model, session_meta


@dataclass(frozen=True, slots=True)
class Way:
    """How files are analysed. locators: so many threads, with a detector each, work on one file; no result differs."""

    settings: Settings
    sampling: Sampling = ALL_FRAMES
    locators: int = 1


def complete_facts(path: Path, way: Way) -> dict[str, str]:
    """What the session of the file `path` says of itself when all of it was analysed in this way.

    Raises OSError where the file is not there, and ModelError.
    """
    return analysis_facts(way.settings) | way.sampling.meta | file_facts(path) | {"complete": "yes"}


def meta_of(session: Path) -> Mapping[str, str]:
    """What `session` says of itself; nothing where it can't be read."""
    try:
        reader = SessionReader(session)
    except SessionFileError:
        return {}
    reader.close()
    return reader.meta


def agrees(meta: Mapping[str, str], facts: Mapping[str, str]) -> bool:
    """Whether a session that says `meta` of itself says `facts`, and of sampling nothing else."""
    if MODEL_HASH not in meta and is_bundled_model(facts.get(MODEL_HASH, "")):  # As before it was written down.
        facts = {key: value for key, value in facts.items() if key != MODEL_HASH}
    return facts.items() <= meta.items() and SAMPLING_KEYS & meta.keys() <= facts.keys()


def is_of(meta: Mapping[str, str], path: Path) -> bool:
    """Whether the session that says `meta` of itself is of the file `path`: of what lies or lay there, or of the very same file
    that was moved or renamed since. Raises OSError where the file is not there."""
    facts = file_facts(path)
    return facts.pop("source_path") == meta.get("source_path") or facts.items() <= meta.items()


def make_session(
    path: Path,
    session: Path | None,
    way: Way,
    *,
    called: Path | None = None,
    annotations: Annotations | None = None,
    more_sinks: Callable[[SourceInfo], Sequence[ObservationSink]] = lambda info: (),
    on_open: Callable[[SourceInfo, str], None] = lambda info, device: None,
    on_progress: Callable[[Progress], None] = lambda progress: None,
    stop: threading.Event | None = None,
) -> Progress:
    """Analyse the file `path` into a new `session`; it says that it is complete where `stop` was not set on the way.

    session: None where only the other sinks are wanted. called: what people know it by, where it is a draft. annotations: what
    people made of an analysis of before; it goes on in this one. on_open: is given the device that the model runs on too.

    Raises EmocamError; what was written until then is kept.
    """
    from emocam.adapters.sources import find_recording

    def make_sinks(info: SourceInfo) -> Sequence[ObservationSink]:
        if session is None:
            return more_sinks(info)
        meta = session_meta(way.settings, info, path) | way.sampling.meta | {"device": analyser.device}
        refuse_to_lose(session, meta)  # Before a table is begun; and the session last, for it replaces the one of before.
        tables = more_sinks(info)
        try:
            return (SessionWriter(session, meta, called, annotations), *tables)
        except BaseException:
            for table in tables:
                table.close()
            raise

    source = find_recording(path)
    analyser = build_analyser(way.settings, way.locators)
    try:
        done = analyse_recording(
            source,
            analyser,
            make_sinks,
            sampling=way.sampling,
            on_open=lambda info: on_open(info, analyser.device),
            on_progress=on_progress,
            stop=stop,
        )
    finally:
        analyser.close()
    if done.complete and session is not None:
        mark_complete(session)
    return done
