"""What an endpoint is set to do: who may ask and how often, which versions answer, what is written down."""

from __future__ import annotations

import hashlib
from typing import Literal
from urllib.parse import urlsplit

from pydantic import BaseModel, ConfigDict, Field, field_validator

Scope = Literal["predict", "watch"]
SCOPES: dict[Scope, str] = {
    "predict": "Ask the model",
    "watch": "Read numbers and the request log",
}
"""What a key may open -> what people read. What an endpoint serves, takes and gives is told without a key."""
Traffic = Literal["off", "canary", "shadow"]
TRAFFIC_TITLES: dict[Traffic, str] = {
    "off": "Everybody is answered by the endpoint's model",
    "canary": "The challenger answers a share",
    "shadow": "The challenger is asked as well; its answers are compared and not sent",
}
Role = Literal["champion", "challenger", "shadow"]
"""As what a version was asked: the endpoint's own, the one that a canary answers with, or in the shadow."""

KEYS_LIMIT = 50
KEY_NAME_LIMIT = 60
KEY_DAYS_LIMIT = 3650
ORIGIN_LIMIT = 200


class EndpointSettings(BaseModel):
    """Settings of an endpoint, beside the model it serves.

    Args:
        challenger: Reference to another model for the same classes; None for none.
        share: How much of the requests the challenger answers, or is asked about in the shadow.
        origins: Where web pages come from that may ask, such as `https://school.example`; empty: none (CORS is off).
        rate_per_minute: Requests that a key of its own without a limit may send in a minute; 0: any number.
        queue_limit: Requests that may wait at once; more are answered 503.
        batch_wait_ms: So long a request waits for others to be asked with; 0: only for the one at work.
    """

    model_config = ConfigDict(frozen=True, extra="forbid")

    traffic: Traffic = "off"
    challenger: str | None = None
    share: float = Field(
        10.0, ge=0, le=100, title="Share", description="Percent of the requests.",
        json_schema_extra={"unit": "%"},
    )  # fmt: skip
    open: bool = Field(
        False,
        title="No key needed on this machine",
        description="Programs and pages on this machine may ask without a key; others still need one.",
    )
    origins: tuple[str, ...] = Field((), max_length=20)
    rate_per_minute: int = Field(
        0, ge=0, le=1_000_000, title="Requests a minute", description="For each key; 0 is no limit."
    )
    queue_limit: int = Field(
        256, ge=1, le=10_000, title="Waiting requests",
        description="Beyond so many, callers are told to come back later (503).",
    )  # fmt: skip
    batch_limit: int = Field(
        64, ge=1, le=256, title="Largest batch", description="Samples that are asked about at once."
    )
    batch_wait_ms: float = Field(
        0.0, ge=0, le=100, title="Wait for a batch", json_schema_extra={"unit": "ms"},
        description="Waiting a little lets large models answer more at once; small ones only get slower.",
    )  # fmt: skip
    log_share: float = Field(
        0.0, ge=0, le=100, title="Logged requests", json_schema_extra={"unit": "%"},
        description="Percent of the requests that are written down, chosen at random.",
    )  # fmt: skip
    keep_samples: bool = Field(
        False,
        title="Keep what was sent",
        description="Drawings, pictures and texts of logged requests are kept on this machine.",
    )

    @property
    def digest(self) -> str:
        """A short word that is another one when any setting is."""
        return hashlib.sha256(self.model_dump_json().encode()).hexdigest()[:12]

    @field_validator("origins")
    @classmethod
    def _web_origins(cls, values: tuple[str, ...]) -> tuple[str, ...]:
        return tuple(dict.fromkeys(web_origin(value) for value in values))


class EndpointKey(BaseModel):
    """A key that opens an endpoint. Shown once when it is made; stored hashed.

    Args:
        name: What people call it, such as the program that uses it.
        key_hint: Its last four characters.
        rate_per_minute: Requests it may send in a minute; 0: any number; None: as the endpoint says.
        expires: Unix seconds from which on it opens nothing; None: never.
        revoked: Unix seconds since which it opens nothing; None: it is good.
    """

    model_config = ConfigDict(frozen=True)

    id: int
    endpoint_id: int
    name: str
    key_hash: str
    key_hint: str
    scopes: tuple[Scope, ...]
    rate_per_minute: int | None = None
    created: float
    expires: float | None = None
    revoked: float | None = None

    @property
    def title(self) -> str:
        """Its name and its last four characters, as people and logs tell keys apart."""
        return f"{self.name} …{self.key_hint}"


class EndpointChange(BaseModel):
    """Somebody changed what an endpoint does, or who may ask it."""

    model_config = ConfigDict(frozen=True)

    what: str
    author: str
    time: float


def web_origin(text: str) -> str:
    """Return where a web page comes from, as browsers say it: scheme, host and port, nothing behind.

    Example:
        >>> web_origin("HTTPS://School.example/"), web_origin("http://localhost:8080")
        ('https://school.example', 'http://localhost:8080')
        >>> web_origin("https://schüler.example")
        'https://xn--schler-5ya.example'

    Raises:
        ValueError: It is not the address of a web server.
    """
    said = text.strip().lower()
    try:
        parts = urlsplit(said)
        port = parts.port
    except ValueError as error:
        raise ValueError(f"{text[:ORIGIN_LIMIT]!r} is no address: {error}") from None
    host = parts.hostname or ""
    plain = parts.path in ("", "/") and not (parts.query or parts.fragment or parts.username)
    named = bool(host) and all(sign.isalnum() or sign in "-.:_" for sign in host)
    if parts.scheme not in ("http", "https") or not (plain and named) or len(said) > ORIGIN_LIMIT:
        raise ValueError(
            "An origin is http:// or https:// and a host, perhaps a port, such as https://school.example"
        )
    try:  # browsers say it in ASCII
        host = f"[{host}]" if ":" in host else host.encode("idna").decode()
    except UnicodeError as error:
        raise ValueError(f"{text[:ORIGIN_LIMIT]!r} is no address: {error}") from None
    usual = {"http": 80, "https": 443}[parts.scheme]
    return f"{parts.scheme}://{host}" + ("" if port in (None, usual) else f":{port}")


def parse_reference(reference: str) -> tuple[str, int | None, str | None]:
    """Return the model, the version and the alias that a reference to a registered model names.

    Example:
        >>> parse_reference("pets"), parse_reference("pets:3"), parse_reference("pets@challenger")
        (('pets', None, None), ('pets', 3, None), ('pets', None, 'challenger'))
    """
    name, _, alias = reference.partition("@")
    if alias:
        return name, None, alias
    name, _, number = reference.partition(":")
    return name, int(number) if number.isdecimal() else None, None


def settings_words(before: EndpointSettings, after: EndpointSettings) -> str:
    """Return which settings changed, from what to what; "" where none did.

    Example:
        >>> settings_words(EndpointSettings(), EndpointSettings(share=25, open=True))
        'share: 10 to 25; open: no to yes'
    """
    old, new = before.model_dump(), after.model_dump()
    return "; ".join(
        f"{name.replace('_', ' ')}: {_word(old[name])} to {_word(new[name])}"
        for name in new
        if new[name] != old[name]
    )


def _word(value: object) -> str:
    if isinstance(value, bool):
        return "yes" if value else "no"
    if isinstance(value, float):
        return f"{value:g}"
    if isinstance(value, tuple):
        return ", ".join(value) or "none"
    return "none" if value is None else str(value)
