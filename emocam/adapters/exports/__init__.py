"""What can be made of a session at any time: tables, charts, a report, subtitles, a video, files for ELAN, BORIS and Praat."""

from emocam.adapters.exports.entry import export, find_people
from emocam.domain.errors import ExportCancelledError
from emocam.domain.export import FORMATS, Exported, Format, Option, Selection, format_of

__all__ = [
    "FORMATS",
    "ExportCancelledError",
    "Exported",
    "Format",
    "Option",
    "Selection",
    "export",
    "find_people",
    "format_of",
]
