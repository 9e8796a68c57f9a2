"""What is kept on disk: translation memory, run directory, tables."""
