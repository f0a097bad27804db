"""emocam: facial expression over time, from a webcam or a video, on the desktop."""

__version__ = "0.1.0"
