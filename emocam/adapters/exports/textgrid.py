"""A TextGrid for Praat (long text form): the same tiers as ELAN's, empty stretches filled as Praat wants it."""

from __future__ import annotations

from collections.abc import Iterator
from pathlib import Path

from emocam.adapters.exports.job import ExportJob
from emocam.adapters.exports.tiers import Entry, Tier, tiers_of


def write_textgrid(job: ExportJob, out: Path, ending: str) -> tuple[int, str]:
    tiers = list(tiers_of(job))
    last = max([round((job.length_s + job.lead_s) * 1000), 1, *(entry.end_ms for tier in tiers for entry in tier.entries)])
    with open(out, "w", encoding="utf-8", newline="\n") as file:
        file.write('File type = "ooTextFile"\nObject class = "TextGrid"\n\n')
        file.write(f"xmin = 0\nxmax = {last / 1000:.3f}\ntiers? <exists>\nsize = {len(tiers)}\nitem []:\n")
        for number, tier in enumerate(tiers, 1):
            intervals = list(_filled(tier, last))
            file.write(f'    item [{number}]:\n        class = "IntervalTier"\n        name = {_quoted(tier.name)}\n')
            file.write(f"        xmin = 0\n        xmax = {last / 1000:.3f}\n        intervals: size = {len(intervals)}\n")
            for place, each in enumerate(intervals, 1):
                file.write(f"        intervals [{place}]:\n            xmin = {each.start_ms / 1000:.3f}\n")
                file.write(f"            xmax = {each.end_ms / 1000:.3f}\n            text = {_quoted(each.text)}\n")
    count = sum(len(tier.entries) for tier in tiers)
    return count, "1 interval" if count == 1 else f"{count} intervals"


def _filled(tier: Tier, last_ms: int) -> Iterator[Entry]:
    before = 0
    for entry in tier.entries:
        if entry.start_ms > before:
            yield Entry(before, entry.start_ms, "")
        yield entry
        before = entry.end_ms
    if before < last_ms:
        yield Entry(before, last_ms, "")


def _quoted(text: str) -> str:
    return '"' + " ".join(text.split()).replace('"', '""') + '"'
