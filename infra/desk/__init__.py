"""The desk: each use case once. What a person or a program says becomes a command here, and nowhere else."""
