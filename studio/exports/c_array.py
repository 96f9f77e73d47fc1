"""A model as C source for microcontrollers: a zip to compile into a program with LiteRT for Microcontrollers.

The file is the one in whole numbers (`.full_int8.tflite`), 16 bytes a line.
"""

from __future__ import annotations

import io
import re
import zipfile
from collections.abc import Sequence

from studio.core.errors import InvalidInput
from studio.core.layer import Shape, format_shape

HEADER, SOURCE, LABELS, README = "model.h", "model.cc", "labels.txt", "README.md"
LINE = 16
IRREGULAR = {"PADV2": "PadV2", "BATCH_MATMUL": "BatchMatMul"}
"""Operations that LiteRT for Microcontrollers does not call as the others."""
_BYTE = re.compile(rb"0x([0-9a-f]{2})")


def c_array_zip(
    tflite: bytes,
    *,
    title: str,
    class_names: Sequence[str],
    shape: Shape,
    operations: Sequence[str],
) -> bytes:
    """Return a zip with `model.h`, `model.cc`, `labels.txt` and a README.

    Args:
        tflite: Takes uint8 pixels and gives uint8.
        title: Of the model.
        class_names: In the order of the outputs.
        shape: (height, width, channels) of a picture.
        operations: Names of LiteRT's operations that the file needs, such as "CONV_2D".
    """
    height, width, channels = shape
    names = ",\n".join(f"    {_literal(name)}" for name in class_names)
    header = f"""// {_comment(title)}, made with Studio.
#ifndef STUDIO_MODEL_H_
#define STUDIO_MODEL_H_

#include <cstdint>

constexpr int kModelHeight = {height};
constexpr int kModelWidth = {width};
constexpr int kModelChannels = {channels};
constexpr int kModelClasses = {len(class_names)};

extern const unsigned char g_model[];
extern const unsigned int g_model_len;
extern const char* const g_model_labels[];

#endif  // STUDIO_MODEL_H_
"""
    lines = (tflite[start : start + LINE] for start in range(0, len(tflite), LINE))
    numbers = ",\n".join("    " + ", ".join(f"0x{byte:02x}" for byte in line) for line in lines)
    source = f"""// {_comment(title)}, made with Studio.
#include "{HEADER}"

alignas(16) const unsigned char g_model[] = {{
{numbers}
}};
const unsigned int g_model_len = {len(tflite)};
const char* const g_model_labels[] = {{
{names}
}};
"""
    content = io.BytesIO()
    with zipfile.ZipFile(content, "w", zipfile.ZIP_DEFLATED) as archive:
        for name, text in (
            (HEADER, header),
            (SOURCE, source),
            (LABELS, "\n".join(class_names) + "\n"),
            (README, _readme(tflite, title, class_names, shape, operations)),
        ):
            info = zipfile.ZipInfo(name)
            info.compress_type = zipfile.ZIP_DEFLATED
            archive.writestr(info, text.encode())
    return content.getvalue()


def tflite_of(content: bytes) -> bytes:
    """Return the `.tflite` file that the C source of such a zip holds.

    Raises:
        InvalidInput: The zip holds no such source.
    """
    try:
        with zipfile.ZipFile(io.BytesIO(content)) as archive:
            source = archive.read(SOURCE)
    except (zipfile.BadZipFile, KeyError) as error:
        raise InvalidInput(
            "The zip holds no model as C source.",
            f"{SOURCE} is missing in it, or it is damaged.",
            "Export the model again.",
        ) from error
    numbers = source[source.index(b"{") : source.index(b"};")]
    return bytes(int(found, 16) for found in _BYTE.findall(numbers))


def _readme(
    tflite: bytes, title: str, class_names: Sequence[str], shape: Shape, operations: Sequence[str]
) -> str:
    added = "\n".join(f"resolver.Add{_camel(name)}();" for name in sorted(set(operations)))
    return f"""# {title} for microcontrollers

Made with Studio. `{SOURCE}` holds the model, {len(tflite):,} bytes of flash; all of it calculates with whole numbers.

- **Input:** {format_shape(shape)} pixels (height x width x channels), `uint8`, 0 to 255, as they are.
- **Output:** {len(class_names)} numbers, `uint8`: the probability of each class times 256, in the order of `{LABELS}`.

With LiteRT for Microcontrollers (https://github.com/tensorflow/tflite-micro):

```cpp
#include "{HEADER}"
#include "tensorflow/lite/micro/micro_interpreter.h"
#include "tensorflow/lite/micro/micro_mutable_op_resolver.h"

alignas(16) static uint8_t arena[100 * 1024];  // make it smaller until AllocateTensors() fails
tflite::MicroMutableOpResolver<{len(set(operations))}> resolver;
{added}
tflite::MicroInterpreter interpreter(tflite::GetModel(g_model), resolver, arena, sizeof(arena));
interpreter.AllocateTensors();
memcpy(interpreter.input(0)->data.uint8, pixels, kModelHeight * kModelWidth * kModelChannels);
interpreter.Invoke();
const uint8_t* answers = interpreter.output(0)->data.uint8;
```
"""


def _camel(operation: str) -> str:
    """Return what LiteRT for Microcontrollers calls an operation.

    Example:
        >>> _camel("MAX_POOL_2D"), _camel("DEPTHWISE_CONV_2D")
        ('MaxPool2D', 'DepthwiseConv2D')
    """
    if operation in IRREGULAR:
        return IRREGULAR[operation]
    return "".join(
        part.upper() if part == "2d" else part.capitalize() for part in operation.lower().split("_")
    )


def _literal(text: str) -> str:
    """Return a text as a string of C, in ASCII; no letter behind an escape can be taken for a part of it."""
    escaped = "".join(
        chr(byte) if 32 <= byte < 127 and chr(byte) not in '"\\?' else f"\\{byte:03o}"
        for byte in text.encode()
    )
    return f'"{escaped}"'


def _comment(text: str) -> str:
    return re.sub(r"[^ -~]|\\", "?", text)
