"""MLflow's scoring server over the same model: `python mlflow_server.py MODEL PORT`."""

from __future__ import annotations

import os
import sys
import tempfile
from pathlib import Path

sys.path.insert(0, str(Path(__file__).parent))


def main(model: str, port: int) -> None:
    """Save a pyfunc that asks the model, and serve it as `mlflow models serve` does."""
    import mlflow.pyfunc
    import uvicorn

    class Python(mlflow.pyfunc.PythonModel):
        def load_context(self, context: object) -> None:
            from model import Model

            self.model = Model(model)

        def predict(self, context: object, model_input: object, params: object = None) -> object:
            return self.model.predict(model_input)

    folder = Path(tempfile.mkdtemp()) / "model"
    mlflow.pyfunc.save_model(folder, python_model=Python(), pip_requirements=[])
    os.environ["MLFLOW_SCORING_SERVER_REQUEST_TIMEOUT"] = "60"
    from mlflow.pyfunc import scoring_server

    app = scoring_server.init(mlflow.pyfunc.load_model(str(folder)))
    uvicorn.run(app, host="127.0.0.1", port=port, log_level="warning")


if __name__ == "__main__":
    main(sys.argv[1], int(sys.argv[2]))
