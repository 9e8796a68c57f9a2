"""Reports of a run: the same facts as text, Markdown, JSON and a page."""
