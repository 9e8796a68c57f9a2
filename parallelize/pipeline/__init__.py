"""Runs the stages over a run directory: records in, translated chunks, corpus, summary, manifest out."""
