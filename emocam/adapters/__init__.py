"""The outside world, one file per thing. Most fill a port of `emocam.domain.ports`; the others are what those share."""
