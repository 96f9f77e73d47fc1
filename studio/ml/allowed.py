"""What a Keras model of strangers may be made of: an allow-list. Whatever is not named here is not read.

Keras' own `safe_mode` is a list of what is forbidden, and lets through whatever nobody thought of: an activation that
is `keras.config.set_dtype_policy`, for one. The other way round nothing can be forgotten.
"""

from __future__ import annotations

from typing import Any, NoReturn

from studio.core.errors import InvalidInput

JSON_DEPTH = 64


def _words(text: str) -> frozenset[str]:
    return frozenset(text.split())


LAYERS = _words(
    """
    Activation ActivityRegularization AdaptiveAveragePooling1D AdaptiveAveragePooling2D AdaptiveMaxPooling1D
    AdaptiveMaxPooling2D Add AdditiveAttention AlphaDropout Attention Average AveragePooling1D AveragePooling2D
    BatchNormalization Bidirectional CenterCrop Concatenate Conv1D Conv1DTranspose Conv2D Conv2DTranspose ConvLSTM1D
    ConvLSTM2D Cropping1D Cropping2D Dense DepthwiseConv1D DepthwiseConv2D Dot Dropout ELU EinsumDense Embedding Flatten
    GRU GRUCell GaussianDropout GaussianNoise GlobalAveragePooling1D GlobalAveragePooling2D GlobalMaxPooling1D
    GlobalMaxPooling2D GroupNormalization GroupQueryAttention Identity InputLayer LSTM LSTMCell LayerNormalization
    LeakyReLU Masking MaxPooling1D MaxPooling2D Maximum Minimum MultiHeadAttention Multiply Normalization PReLU Permute
    RMSNormalization RNN RandomBrightness RandomColorJitter RandomContrast RandomCrop RandomErasing RandomFlip
    RandomGaussianBlur RandomGrayscale RandomHue RandomInvert RandomPerspective RandomRotation RandomSaturation
    RandomSharpness RandomShear RandomTranslation RandomZoom ReLU RepeatVector Rescaling Reshape Resizing
    SeparableConv1D SeparableConv2D SimpleRNN SimpleRNNCell Softmax SpatialDropout1D
    SpatialDropout2D SpectralNormalization StackedRNNCells Subtract TimeDistributed UnitNormalization UpSampling1D
    UpSampling2D ZeroPadding1D ZeroPadding2D
    """
)
MODELS = frozenset({"Functional", "Model", "Sequential"})
OPERATIONS = _words(
    """
    Abs Absolute Add Average BroadcastTo Cast Clip Concatenate Conv Cos DepthwiseConv Divide Einsum Elu Exp ExpandDims
    Flip Gelu GetItem HardSigmoid HardSilu LeakyRelu Log LogSoftmax Matmul Max MaxPool Maximum Mean Min Minimum Mod
    Moveaxis Multiply Negative Normalize OneHot Pad Power Prod RGBToGrayscale Reciprocal Relu Relu6 Repeat Reshape
    Resize Roll Rsqrt Selu Sigmoid Silu Sin Softmax Softplus Softsign Split Sqrt Square Squeeze Stack Std Subtract Sum
    Swapaxes Take Tanh Tile Transpose TrueDivide Var Where
    """
)
INITIALIZERS = _words(
    """
    Constant GlorotNormal GlorotUniform HeNormal HeUniform Identity IdentityInitializer LecunNormal LecunUniform Ones
    Orthogonal OrthogonalInitializer RandomNormal RandomUniform TruncatedNormal VarianceScaling Zeros
    """
)
REGULARIZERS = frozenset({"L1", "L2", "L1L2", "OrthogonalRegularizer"})
CONSTRAINTS = frozenset({"MaxNorm", "MinMaxNorm", "NonNeg", "UnitNorm"})
POLICIES = frozenset({"DTypePolicy", "Policy", "FloatDTypePolicy"})
VALUES = frozenset({"__keras_tensor__", "__tuple__", "TensorShape"})
ACTIVATIONS = _words(
    """
    celu elu exponential gelu glu hard_shrink hard_sigmoid hard_silu hard_swish hard_tanh leaky_relu linear log_sigmoid
    log_softmax mish relu relu6 selu sigmoid silu soft_shrink softmax softplus softsign sparse_plus sparse_sigmoid
    sparsemax squareplus swish tanh tanh_shrink threshold
    """
)
MODULES: dict[str, frozenset[str]] = {
    "keras": MODELS | POLICIES,
    "keras.models": MODELS,
    "keras.layers": LAYERS,
    "keras.initializers": INITIALIZERS,
    "keras.regularizers": REGULARIZERS,
    "keras.constraints": CONSTRAINTS,
    "keras.dtype_policies": POLICIES,
    "keras.mixed_precision": POLICIES,
    "keras.src.models.functional": MODELS,
    "keras.src.models.sequential": MODELS,
    "keras.src.engine.functional": MODELS,
    "keras.src.engine.sequential": MODELS,
    "keras.src.ops.numpy": OPERATIONS,
    "keras.src.ops.nn": OPERATIONS,
    "keras.src.ops.core": OPERATIONS,
    "keras.src.ops.image": OPERATIONS,
}
"""Module -> the classes that may be taken from it."""
ANYWHERE = LAYERS | MODELS | INITIALIZERS | REGULARIZERS | CONSTRAINTS | POLICIES | VALUES
"""Classes that older files name without a module. Keras looks these up among its own alone."""
FUNCTIONS = ("keras.activations", "builtins", "keras.ops", "keras.src.activations.activations")
"""Modules of functions; of them, activations alone. Keras says `builtins` for its own."""
LEFT_OUT = ("compile_config", "optimizer_config", "training_config")
"""How a model, or one inside it, was trained: taken out before anything reads it."""


def check_config(config: Any) -> None:
    """Refuse a model's description that names anything but known layers and functions of Keras.

    Args:
        config: The JSON value, as it was parsed.

    Raises:
        InvalidInput: What it names beside them; or it is nested too deeply.
    """
    level: list[Any] = [config]
    for _ in range(JSON_DEPTH):
        inner: list[Any] = []
        for value in level:
            if isinstance(value, dict):
                _check_object(value)
                inner += value.values()
            elif isinstance(value, list):
                inner += value
        level = [value for value in inner if isinstance(value, dict | list)]
        if not level:
            return
    refuse(f"It is nested more than {JSON_DEPTH} deep.")


def _check_object(value: dict[str, Any]) -> None:
    """Refuse one object that says what class it is of, or that names a module, if it is not of the list."""
    if "class_name" not in value:
        if "module" in value or "registered_name" in value:
            refuse("It names a module without saying which class of it.")
        return
    name, module = value["class_name"], value.get("module")
    registered = value.get("registered_name")
    if not isinstance(name, str) or not isinstance(module, str | None):
        refuse("A name of a class in it is no text.")
    if name == "function":
        called = value.get("config")
        if (
            module not in FUNCTIONS
            or called not in ACTIVATIONS
            or registered not in (None, called, "function")
        ):
            refuse(f"It calls {_shown(module, called)}, which is no activation that is known here.")
        return
    allowed = ANYWHERE if module is None else MODULES.get(module, frozenset())
    if name not in allowed:
        refuse(f"It holds {_shown(module, name)}, which is none of the layers that are read.")
    if registered not in (None, "", name):
        refuse(f"It holds {_shown('', registered)}, which somebody registered.")


def _shown(module: object, name: object) -> str:
    """Return a name as an error may show it."""
    text = ".".join(str(part) for part in (module, name) if part)
    return repr(text[:80])


def refuse(why: str) -> NoReturn:
    """Raise that a Keras model is not read."""
    raise InvalidInput(
        "The Keras model is not read.",
        why,
        "Only layers that come with Keras are read, without code of their maker (Lambda, own layers). Build the model "
        "of such layers, or export it as ONNX or .tflite.",
    )
