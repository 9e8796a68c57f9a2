"""Native engines in processes that are restarted and watched: `pool.WorkerPool`; the child's side: `process.serve`."""
