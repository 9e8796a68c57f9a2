"""Measuring models: benchmarks, sampling, accuracy, off-target answers, transfer."""
