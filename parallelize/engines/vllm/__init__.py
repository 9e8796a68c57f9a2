"""vLLM in this process: `engine.VllmEngine`; a supervisor that restarts it, a quarantine for what kills it."""
