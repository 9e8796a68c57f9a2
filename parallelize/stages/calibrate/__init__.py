"""Calibration: thresholds from translations that are known to be good, and what they find in bad ones."""

from parallelize.stages.calibrate.bounds import Calibration, calibrate, fewest_rows
from parallelize.stages.calibrate.finds import Finding, findings
from parallelize.stages.calibrate.spoil import SpoiltRow, label_of, spoil
from parallelize.stages.calibrate.threshold_file import merge_threshold_file

__all__ = [
    "Calibration",
    "Finding",
    "SpoiltRow",
    "calibrate",
    "fewest_rows",
    "findings",
    "label_of",
    "merge_threshold_file",
    "spoil",
]
