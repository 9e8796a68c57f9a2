"""Native engines in watched processes: `pool.WorkerPool`; the side of the child: `process.serve`."""
