"""Which addresses the endpoints answer at, in which dialect."""

from __future__ import annotations

import re

from studio.serving.exchange import Action, Target

_FIXED: dict[str, tuple[str, str, Action]] = {
    "/v2": ("GET", "oip", "server"),
    "/v2/health/live": ("GET", "oip", "live"),
    "/v2/health/ready": ("GET", "oip", "server_ready"),
    "/ping": ("GET", "mlflow", "health"),
    "/health": ("GET", "mlflow", "health"),
    "/version": ("GET", "mlflow", "version"),
    "/invocations": ("POST", "mlflow", "predict"),
    "/score": ("POST", "azure", "predict"),
}
"""Addresses that name no endpoint -> method, dialect, what they are about."""
_ANY = r"(?P<endpoint>[^/]+)"
_NAME = r"(?P<endpoint>[^/:]+)"
"""Where the verb follows behind a colon."""
_MODEL = _NAME + r"(?:/versions/(?P<version>[^/:]+))?"
_PREDICT: tuple[tuple[str, re.Pattern[str]], ...] = (
    ("tfserving", re.compile(rf"/v1/models/{_MODEL}:predict")),
    ("oip", re.compile(rf"/v2/models/{_MODEL}/infer")),
    ("mlflow", re.compile(rf"/mlflow/{_ANY}/invocations")),
    ("azure", re.compile(rf"/azure/{_ANY}/score")),
)
_DESCRIBE: tuple[tuple[str, Action, re.Pattern[str]], ...] = (
    ("tfserving", "status", re.compile(rf"/v1/models/{_MODEL}")),
    ("tfserving", "metadata", re.compile(rf"/v1/models/{_MODEL}/metadata")),
    ("oip", "metadata", re.compile(rf"/v2/models/{_MODEL}")),
    ("oip", "ready", re.compile(rf"/v2/models/{_MODEL}/ready")),
    ("mlflow", "ready", re.compile(rf"/mlflow/{_ANY}/(?:ping|health)")),
    ("mlflow", "version", re.compile(rf"/mlflow/{_ANY}/version")),
)
METHODS = ("GET", "POST")


def match(method: str, path: str) -> Target | None:
    """Return what an address leads to; None where the dialects know none.

    Args:
        method: Of the request, in capitals.
        path: Without what stands behind a question mark, its escapes resolved.

    Example:
        >>> match("POST", "/v1/models/fruit/versions/2:predict")
        Target(dialect='tfserving', action='predict', endpoint='fruit', version='2')
        >>> match("GET", "/score") is None
        True
    """
    fixed = _FIXED.get(path)
    if fixed is not None:
        return Target(fixed[1], fixed[2]) if fixed[0] == method else None
    if method == "POST":
        for dialect, pattern in _PREDICT:
            if found := pattern.fullmatch(path):
                return _target(dialect, "predict", found)
    elif method == "GET":
        for dialect, action, pattern in _DESCRIBE:
            if found := pattern.fullmatch(path):
                return _target(dialect, action, found)
    return None


def allowed(path: str) -> tuple[str, ...]:
    """Return by which methods an address is answered; none where the dialects do not know it.

    Example:
        >>> allowed("/v1/models/fruit:predict"), allowed("/nothing")
        (('POST',), ())
    """
    return tuple(method for method in METHODS if match(method, path) is not None)


def _target(dialect: str, action: Action, found: re.Match[str]) -> Target:
    named = found.groupdict()
    return Target(dialect, action, named["endpoint"], named.get("version"))
