"""TensorFlow and Keras are imported without what only slows a training's start."""

from __future__ import annotations

import subprocess
import sys

SCRIPT = """
import sys
from studio.ml.backend import UNUSED, keras, tf
assert not set(UNUSED) & sys.modules.keys(), "imported after all"
model = keras.Sequential([keras.Input((2,)), keras.layers.Dense(1)])
model.compile("sgd", "mse")
model.fit(tf.ones((4, 2)).numpy(), tf.ones((4, 1)).numpy(), verbose=0)
import sklearn.linear_model
"""


def test_what_is_not_needed_is_not_imported_and_may_be_imported_later() -> None:
    done = subprocess.run([sys.executable, "-c", SCRIPT], capture_output=True, text=True)
    assert done.returncode == 0, done.stderr
