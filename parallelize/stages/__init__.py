"""Total functions from rows to rows: ingest, translate, score, judge, align, summarize."""
