"""Pure measurements. No thresholds live here: a metric measures, `core.thresholds` decides."""
