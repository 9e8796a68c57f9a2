"""parallelize: English reasoning data in, id-aligned parallel corpora in many languages out."""

__version__ = "0.1.0"
