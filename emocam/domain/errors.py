"""Errors that a person reads. The message is one sentence: what is wrong, and what to do about it."""


class EmocamError(Exception):
    """Something the user can understand and mend. Never wraps a bug."""


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
