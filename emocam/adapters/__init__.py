"""The outside world, one file per thing. Each fills a port of `emocam.domain.ports`."""
