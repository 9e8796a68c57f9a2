"""Where a pipeline runs: this process today; clusters later."""
