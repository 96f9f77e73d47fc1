"""Training, judging, exporting and asking models. The only room that TensorFlow, Keras and LiteRT enter.

It knows arrays and `studio.core`, not where they are kept: no workspace, no database. `studio.ml.predict` and
`studio.ml.arrays` work without TensorFlow, because endpoints import them; everything else is
imported by a run's child process only, through `studio.ml.backend`.
"""
