"""Where the results of an analysis go: one file per source and kind."""

from __future__ import annotations

from collections import Counter
from collections.abc import Sequence
from pathlib import Path

from emocam.adapters.paths import is_folder
from emocam.domain.errors import EmocamError


def output_paths(out: Path, sources: Sequence[str], extension: str) -> list[Path]:
    """One path per source. For one source `out` itself; for several, files named after the sources in the folder `out`, or,
    where `out` has an extension, beside it as STEM-SOURCE.

    Raises EmocamError where `out` ends in something other than `extension`, or would overwrite a source.
    """
    if out.suffix and out.suffix.lower() != extension and not is_folder(out):
        raise EmocamError(f"{out} must end in {extension}; give another name.")
    named = out.suffix.lower() == extension and not is_folder(out)
    if len(sources) == 1 and named:
        paths = [out]
    else:
        folder, prefix = (out.parent, f"{out.stem}-") if named else (out, "")
        paths = [folder / f"{prefix}{stem}{extension}" for stem in _distinct_stems(sources)]
    inputs = {Path(source).resolve() for source in sources}
    for path in paths:
        if path.resolve() in inputs:
            raise EmocamError(f"{path} is one of the sources and would be overwritten; give another name.")
        if not is_folder(path.parent) and path.parent != out:
            raise EmocamError(f"There is no folder {path.parent}; make it first or choose another place.")
    return paths


def _distinct_stems(sources: Sequence[str]) -> list[str]:
    """The names of the sources without folder and extension; whole names and numbers only where that is not enough."""
    stems = [Path(source).stem or "source" for source in sources]
    often = Counter(map(str.casefold, stems))  # On many disks names that differ in case only are one.
    stems = [Path(source).name if often[stem.casefold()] > 1 else stem for stem, source in zip(stems, sources, strict=True)]
    seen: Counter[str] = Counter()
    distinct = []
    for stem in stems:
        seen[stem.casefold()] += 1
        count = seen[stem.casefold()]
        distinct.append(stem if count == 1 else f"{stem}-{count}")
    return distinct
