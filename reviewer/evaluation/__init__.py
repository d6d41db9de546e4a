"""Labelled text -> how well rules or tools find, one against another; the examples inside the rules."""

from reviewer.evaluation.examples import Failure, failing_examples, failing_trials
from reviewer.evaluation.labelled import Labelled, labelled_texts
from reviewer.evaluation.scores import Score, evaluate, names_by_model, usual_severities

__all__ = [
    "Failure",
    "Labelled",
    "Score",
    "evaluate",
    "failing_examples",
    "failing_trials",
    "labelled_texts",
    "names_by_model",
    "usual_severities",
]
