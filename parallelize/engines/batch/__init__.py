"""Models that answer files of many requests: through a provider's batch interface, or through files alone.

Each request's custom id is its address, so that replies may come in any order, twice, or
from another process.
"""
