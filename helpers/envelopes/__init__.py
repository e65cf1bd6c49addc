"""Sealed envelopes: tables without a name, to be answered with a number of clusters, labels and a confidence.

`sealed` has the envelope that a learner holds, `calibration` says how well confidences and outcomes agree,
`class_page` shows an instructor what a class has handed in. `contents` draws what is inside: whoever reads it
knows more than a learner should.
"""

from helpers.envelopes.calibration import brier_score, calibration_table, plot_calibration
from helpers.envelopes.sealed import Envelope, Opened, envelope, opened_envelopes

__all__ = [
    "Envelope",
    "Opened",
    "brier_score",
    "calibration_table",
    "envelope",
    "opened_envelopes",
    "plot_calibration",
]
