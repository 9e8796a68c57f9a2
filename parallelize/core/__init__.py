"""Vocabulary of the project: languages, records, requests, verdicts, recipes. No I/O."""
