"""A model as `.onnx`, for ONNX Runtime and what else reads it."""

from __future__ import annotations

import logging
from collections.abc import Sequence

from studio.ml.backend import keras, quiet, tf
from studio.ml.export import any_batch

OPSET = 17
"""Of the operations: understood by ONNX Runtime 1.12 and later."""
OUTPUT = "probabilities"
BATCH = "samples"
"""What the file calls the number of samples, which is left open."""


def to_onnx(model: keras.Model, class_names: Sequence[str] = ()) -> bytes:
    """Return a model as an ONNX file from what the model takes, any number of samples, to float32 `probabilities`.

    Args:
        model: What `build` made, trained, in float32.
        class_names: Kept in the file's own description.
    """
    import onnx
    import tf2onnx

    logging.getLogger("tf2onnx").setLevel(logging.ERROR)
    copy = any_batch(model)
    taken = copy.inputs[0]
    signature = [tf.TensorSpec((None, *taken.shape[1:]), taken.dtype, name=taken.name)]

    def answers(samples: tf.Tensor) -> tf.Tensor:
        return copy(samples, training=False)

    with quiet():
        made, _ = tf2onnx.convert.from_function(
            tf.function(answers, input_signature=signature), input_signature=signature, opset=OPSET
        )
    graph = made.graph
    given = graph.output[0].name
    for node in graph.node:
        node.output[:] = [OUTPUT if name == given else name for name in node.output]
        node.input[:] = [OUTPUT if name == given else name for name in node.input]
    graph.output[0].name = OUTPUT
    for tensor in (graph.input[0], graph.output[0]):
        tensor.type.tensor_type.shape.dim[0].dim_param = BATCH
    made.producer_name = "Studio"
    onnx.helper.set_model_props(made, {"class_names": "\n".join(class_names)})
    onnx.checker.check_model(made)
    content: bytes = made.SerializeToString()
    return content
