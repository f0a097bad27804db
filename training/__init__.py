"""The training toolkit: makes, measures and exports the models that emocam runs."""
