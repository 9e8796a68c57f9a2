"""Adapters to language identifiers. None of them ever uses the network."""
