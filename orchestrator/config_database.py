"""Which database has the saga log: the settings of `sagaway serve` that `sagaway migrate` has, too."""

from __future__ import annotations

from pathlib import Path

from pydantic import Field, SecretStr, field_validator, model_validator
from pydantic_settings import BaseSettings, SettingsConfigDict

from orchestrator.config_security import PREFIX, SettingsFaulty
from orchestrator.store.base import LogUnusable
from orchestrator.store.location import dialect_of, is_postgresql


class DatabaseSettings(BaseSettings):
    """Where the saga log is; each field is read from `SAGAWAY_` and its name in capitals."""

    model_config = SettingsConfigDict(
        env_prefix=PREFIX, env_ignore_empty=True, frozen=True, extra="forbid", hide_input_in_errors=True
    )

    database: Path = Field(
        default=Path("sagaway.db"), description="path of the saga log's SQLite file, made if it is missing"
    )
    database_url: SecretStr = Field(
        default=SecretStr(""), description="URL of a PostgreSQL database that has the saga log, in place of `database`"
    )

    @field_validator("database")
    @classmethod
    def _database_is_a_file(cls, value: Path) -> Path:
        if value.is_dir():
            raise ValueError("it is a directory; give the path of a file in it")
        if not value.parent.is_dir():
            raise ValueError(f"its directory {str(value.parent)!r} does not exist; make it first")
        return value

    @field_validator("database_url")
    @classmethod
    def _database_url_is_of_postgresql(cls, value: SecretStr) -> SecretStr:
        url = value.get_secret_value()
        if url and not is_postgresql(url):
            raise ValueError("it does not begin with postgresql://; a SQLite file is named by SAGAWAY_DATABASE")
        try:
            if url:
                dialect_of(url)
        except LogUnusable as error:
            raise ValueError(str(error)) from None
        return value

    @model_validator(mode="after")
    def _one_database(self) -> DatabaseSettings:
        if self.is_shared and "database" in self.model_fields_set:
            told = "a SQLite file is named too (--database or SAGAWAY_DATABASE); take one of the two away"
            raise SettingsFaulty([("database_url", told)])
        return self

    @property
    def is_shared(self) -> bool:
        """Whether several processes may have the log, because it is on PostgreSQL."""
        return bool(self.database_url.get_secret_value())

    @property
    def log(self) -> str | Path:
        """Where the saga log is; a URL has a password in it."""
        return self.database_url.get_secret_value() or self.database
