"""What a notebook needs, one function a command; `parallelize` hands them out when they are first used.

Each takes paths, and where rows are expected also a pandas or polars table, a `datasets.Dataset` or a list of
dicts; each returns a typed result. The command line calls the same code.
"""
