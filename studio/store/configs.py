"""Rows of named model configurations."""

from __future__ import annotations

from studio.core.configs import ModelConfig
from studio.store.database import Database


def save(db: Database, name: str, config: ModelConfig, author: str, now: float) -> None:
    """Keep a model configuration under a name, replacing the one that had it."""
    with db.tx() as connection:
        connection.execute(
            """
            INSERT INTO model_configs (name, config, author, updated) VALUES (?, ?, ?, ?)
            ON CONFLICT (name) DO UPDATE SET config = excluded.config, author = excluded.author,
                                             updated = excluded.updated
            """,
            [name, config.model_dump_json(), author, now],
        )


def delete(db: Database, name: str) -> bool:
    """Forget a configuration. Returns whether there was one."""
    with db.tx() as connection:
        return connection.execute("DELETE FROM model_configs WHERE name = ?", [name]).rowcount > 0


def all_configs(db: Database) -> dict[str, ModelConfig]:
    """Return name -> configuration, by name."""
    rows = db.query("SELECT name, config FROM model_configs ORDER BY name")
    return {row["name"]: ModelConfig.model_validate_json(row["config"]) for row in rows}
