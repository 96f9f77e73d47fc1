"""SQLite databases and artifact files: the only room that touches either, entered by `workspace` only.

`studio.db` (WAL, synchronous FULL) holds what must never be lost; `metrics.db` (WAL, NORMAL) what can be
taken in again from a run's event file. Artifacts are immutable files named by their SHA-256. One module a
noun: functions that take the `Database` first. This room knows no rules: it stores what `core` describes.
"""
