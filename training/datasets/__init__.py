"""One reader per layout; each gives a `FaceDataset`."""
