"""Adapters to translation and generation engines. Heavy packages are imported when used."""
