"""Adapters to language identifiers."""
