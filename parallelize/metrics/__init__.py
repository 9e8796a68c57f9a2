"""Pure measurements. No thresholds live here: a metric measures, `stages.judge` decides."""
