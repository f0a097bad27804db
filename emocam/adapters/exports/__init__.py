"""What can be made of a session at any time: tables, charts, a report, subtitles, a video, files for ELAN, BORIS and Praat."""

from emocam.adapters.exports.entry import export, find_people

__all__ = ["export", "find_people"]
