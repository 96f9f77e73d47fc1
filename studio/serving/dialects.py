"""The ways in which programs ask an endpoint; each is the wire format of another serving program."""

from __future__ import annotations

from studio.serving.dialect_azure import Azure
from studio.serving.dialect_mlflow import MLflow
from studio.serving.dialect_oip import OpenInference
from studio.serving.dialect_tfserving import TensorFlowServing
from studio.serving.exchange import Dialect

DIALECTS: dict[str, Dialect] = {
    dialect.name: dialect for dialect in (TensorFlowServing(), OpenInference(), MLflow(), Azure())
}
"""Name -> dialect."""
TITLES = {
    "tfserving": "TensorFlow Serving",
    "oip": "Open Inference Protocol (Triton, KServe)",
    "mlflow": "MLflow",
    "azure": "Azure Machine Learning",
}
"""Name -> what people call it."""
LOGINS = frozenset({"mlflow"})
"""Dialects whose own clients can send a key only as the password of a basic login. Pages from elsewhere cannot make a
browser send such a login along: these bodies must say that they are JSON or CSV, which browsers ask about first."""
