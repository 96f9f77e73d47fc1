"""TensorFlow and Keras, imported once, quietly and always set up alike.

Every module of this room that needs them imports them from here, so that what must be set before the first
import is set, and what a person's `~/.keras/keras.json` says does not change a result.
"""

from __future__ import annotations

import os
import sys
import tempfile
import warnings
from collections.abc import Iterator
from contextlib import contextmanager

from studio.core.imports import without


@contextmanager
def quiet() -> Iterator[None]:
    """Hold back what native code writes to standard error, and say it after all if the block fails.

    TensorFlow's C++ parts report processor features and missing graphics drivers there, past every setting.
    Keras and TensorFlow also call what NumPy has deprecated when they save; nobody here can mend that.
    """
    sys.stderr.flush()
    kept = os.dup(2)
    with tempfile.TemporaryFile() as held, warnings.catch_warnings():
        warnings.simplefilter("ignore", DeprecationWarning)
        os.dup2(held.fileno(), 2)
        try:
            yield
        except BaseException:
            held.seek(0)
            os.write(kept, held.read())
            raise
        finally:
            sys.stderr.flush()
            os.dup2(kept, 2)
            os.close(kept)


UNUSED = ("matplotlib", "pandas", "scipy", "sklearn")
"""What Keras and TensorFlow import for adapters that nobody here asks for: a fifth of the time that takes."""


os.environ["KERAS_BACKEND"] = "tensorflow"
os.environ.setdefault("TF_CPP_MIN_LOG_LEVEL", "2")
with quiet(), without(*UNUSED):
    import keras
    import tensorflow as tf

    keras.config.set_floatx("float32")
    keras.config.set_image_data_format("channels_last")
    for _gpu in tf.config.list_physical_devices("GPU"):
        tf.config.experimental.set_memory_growth(_gpu, True)


def device() -> str:
    """Say what TensorFlow computes on, for a run's log."""
    gpus = tf.config.list_physical_devices("GPU")
    if not gpus:
        return f"the CPU ({os.cpu_count()} cores)"
    details = tf.config.experimental.get_device_details(gpus[0])
    return f"the GPU ({details.get('device_name', 'unnamed')})"


__all__ = ["device", "keras", "quiet", "tf"]
