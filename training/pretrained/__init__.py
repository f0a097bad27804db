"""Weights that others trained, brought into the form of our own families; one file per source."""
