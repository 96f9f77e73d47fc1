"""Facts and rules of the studio: what a dataset, a model, a pipeline or a run is and may be.

This room knows only the standard library, NumPy and pydantic. It does no I/O: no files, no database, no
network, no processes. Everything here can be imported by every other room.
"""
