"""Carrying out runs: the worker that hands them out, and the process that walks one run's pipeline.

The worker reads and writes the workspace and never imports TensorFlow. A run's process sees only its folder
(`spec.json`, `events.jsonl`, `stop`, `checkpoints/`) and the artifacts; it never opens the database. They meet in
numbered events, so that either may be killed at any moment. Where runs are executed is behind `Compute`.
"""
