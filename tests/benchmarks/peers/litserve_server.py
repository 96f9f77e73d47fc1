"""LitServe (which reads the annotations): `python litserve_server.py MODEL PORT BATCH`; BATCH 1 answers one by one."""

import sys
from pathlib import Path
from typing import Any

sys.path.insert(0, str(Path(__file__).parent))

import litserve
import numpy as np
from fastapi import Request
from model import Model


class Api(litserve.LitAPI):
    """Takes `{"instances": [pixels]}`, gives `{"predictions": [probabilities]}`."""

    def setup(self, device: str) -> None:
        """Load the model."""
        self.model = Model(sys.argv[1])

    def decode_request(self, request: Request) -> Any:
        """Return the pixels of the one instance."""
        return np.array(request["instances"][0], np.uint8)

    def predict(self, x: Any) -> Any:
        """Ask about a batch, or about one."""
        return self.model.predict(x if isinstance(x, list) or x.ndim > 1 else [x])

    def batch(self, inputs: list[Any]) -> Any:
        """Return one array."""
        return np.stack(inputs)

    def unbatch(self, output: Any) -> Any:
        """Return a row each."""
        return list(output)

    def encode_response(self, output: Any) -> Any:
        """Return what is sent."""
        return {"predictions": np.atleast_2d(output).tolist()}


if __name__ == "__main__":
    batch = int(sys.argv[3])
    options = {"max_batch_size": batch, "batch_timeout": 0.002} if batch > 1 else {}
    server = litserve.LitServer(Api(**options), accelerator="cpu", workers_per_device=1)
    server.run(
        host="127.0.0.1", port=int(sys.argv[2]), generate_client_file=False, log_level="warning"
    )
