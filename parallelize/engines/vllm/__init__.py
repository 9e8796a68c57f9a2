"""vLLM in this process: `engine.VllmEngine`; a supervisor restarts it, a quarantine finds what kills it."""
