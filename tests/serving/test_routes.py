from __future__ import annotations

import pytest
from hypothesis import given
from hypothesis import strategies as st

from studio.serving.dialects import DIALECTS, TITLES
from studio.serving.exchange import Target
from studio.serving.routes import allowed, match


@pytest.mark.parametrize(
    ("method", "path", "target"),
    [
        ("GET", "/v1/models/fruit", Target("tfserving", "status", "fruit")),
        ("GET", "/v1/models/fruit/versions/2", Target("tfserving", "status", "fruit", "2")),
        ("GET", "/v1/models/fruit/metadata", Target("tfserving", "metadata", "fruit")),
        ("GET", "/v1/models/f/versions/2/metadata", Target("tfserving", "metadata", "f", "2")),
        ("POST", "/v1/models/fruit:predict", Target("tfserving", "predict", "fruit")),
        ("POST", "/v1/models/f/versions/2:predict", Target("tfserving", "predict", "f", "2")),
        ("GET", "/v2", Target("oip", "server")),
        ("GET", "/v2/health/live", Target("oip", "live")),
        ("GET", "/v2/health/ready", Target("oip", "server_ready")),
        ("GET", "/v2/models/fruit", Target("oip", "metadata", "fruit")),
        ("GET", "/v2/models/fruit/ready", Target("oip", "ready", "fruit")),
        ("GET", "/v2/models/fruit/versions/2/ready", Target("oip", "ready", "fruit", "2")),
        ("POST", "/v2/models/fruit/versions/2/infer", Target("oip", "predict", "fruit", "2")),
        ("GET", "/ping", Target("mlflow", "health")),
        ("GET", "/health", Target("mlflow", "health")),
        ("GET", "/version", Target("mlflow", "version")),
        ("POST", "/invocations", Target("mlflow", "predict")),
        ("POST", "/mlflow/fruit/invocations", Target("mlflow", "predict", "fruit")),
        ("POST", "/azure/a:b/score", Target("azure", "predict", "a:b")),
        ("GET", "/mlflow/fruit/ping", Target("mlflow", "ready", "fruit")),
        ("POST", "/score", Target("azure", "predict")),
        ("POST", "/azure/fruit/score", Target("azure", "predict", "fruit")),
        ("GET", "/v1/models/fruit:predict", None),
        ("POST", "/v1/models/fruit:classify", None),
        ("POST", "/v1/models/fruit/versions/2/infer", None),
        ("GET", "/v1/models/", None),
        ("GET", "/v1/models/a/b", None),
        ("GET", "/v2/", None),
        ("GET", "/score", None),
        ("DELETE", "/v1/models/fruit", None),
        ("GET", "/docs", None),
        ("GET", "/labelstudio/fruit", None),
    ],
)
def test_addresses_lead_to_their_dialect(method: str, path: str, target: Target | None) -> None:
    assert match(method, path) == target
    assert (method in allowed(path)) == (target is not None)


@given(
    st.sampled_from(["GET", "POST", "PUT", ""]), st.text("/v12modelsinfer:predictazue", max_size=30)
)
def test_any_address_is_looked_up(method: str, path: str) -> None:
    found = match(method, path)
    assert found is None or found.dialect in DIALECTS


def test_every_dialect_has_a_title() -> None:
    assert set(TITLES) == set(DIALECTS)
