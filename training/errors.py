"""Errors that a person reads: one sentence, what is wrong and what to do."""


class TrainingError(Exception):
    """Data, a recipe, a run or a model can't be used."""
