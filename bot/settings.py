"""Environment and `.env` -> Settings. What is wrong or unknown fails at once, each with a line that says what to do."""

from __future__ import annotations

import difflib
import os
import re
from pathlib import Path
from typing import Annotated
from urllib.parse import urlsplit

import platformdirs
from dotenv import dotenv_values
from pydantic import Field, SecretStr, ValidationError, field_validator
from pydantic_settings import BaseSettings, SettingsConfigDict

PREFIX = "CLAUSEWISE_"
SLACK_API = "https://slack.com/api/"


class SettingsError(Exception):
    """Settings that are wrong. `problems` has one line each; none of them repeats a value."""

    def __init__(self, problems: tuple[str, ...]) -> None:
        super().__init__("\n".join(problems))
        self.problems = problems


class Settings(BaseSettings):
    """Everything that can be set, as `CLAUSEWISE_<NAME>`; the environment wins over `.env`.

    `data` is where everything that the product keeps lies. `model` is a language model as LangChain names it
    ("openai:gpt-5"), none if empty; `model_key` its provider's key; `model_timeout` in seconds. `embedding_model` is a
    folder with a sentence-transformers model, the bundled one if empty. `ocr` reads pages that are images.

    For Slack: the four `slack_` settings are named as Slack's own tools name them (`SLACK_BOT_TOKEN` ...).
    `admin_channel` is a conversation id; `command` the slash command; `agreements` the folder that is indexed from
    Slack (the one indexed last, if empty); `database_url` of the ledger (a file in `data`, if empty); `members_cap`
    how many members of a conversation are looked at before an answer goes private; `public_aloud` lets answers that
    every member may read be posted in public channels, into which the whole workspace can look; `settle_seconds` how
    long a message whose fate is unknown is left alone before it is looked for; `read_back_seconds` how often a few
    conversations are read for what Slack did not deliver; `log_content` lets questions and clauses into the log.
    """

    model_config = SettingsConfigDict(
        env_prefix=PREFIX,
        env_file_encoding="utf-8",
        extra="ignore",
        frozen=True,
        hide_input_in_errors=True,
        populate_by_name=True,
    )

    data: Path = Field(default_factory=lambda: platformdirs.user_data_path("clausewise"))
    model: str = ""
    model_key: SecretStr = SecretStr("")
    model_timeout: float = Field(default=30.0, gt=0, le=600)
    embedding_model: str = ""
    ocr: bool = True

    slack_bot_token: Annotated[SecretStr, Field(validation_alias="SLACK_BOT_TOKEN")] = SecretStr("")
    slack_app_token: Annotated[SecretStr, Field(validation_alias="SLACK_APP_TOKEN")] = SecretStr("")
    slack_signing_secret: Annotated[SecretStr, Field(validation_alias="SLACK_SIGNING_SECRET")] = SecretStr("")
    slack_api_url: Annotated[str, Field(validation_alias="SLACK_API_URL")] = SLACK_API
    command: str = "/ip"
    admin_channel: str = ""
    agreements: Path | None = None
    database_url: SecretStr = SecretStr("")
    members_cap: int = Field(default=250, ge=1, le=5000)
    public_aloud: bool = True
    settle_seconds: float = Field(default=90.0, gt=0, le=3600)
    read_back_seconds: float = Field(default=60.0, ge=1, le=3600)
    log_content: bool = False

    @field_validator("data")
    @classmethod
    def _a_folder(cls, value: Path) -> Path:
        folder = value.expanduser().absolute()
        if folder.exists() and not folder.is_dir():
            raise ValueError("is a file, and has to be a folder")
        return folder

    @field_validator("model")
    @classmethod
    def _names_its_provider(cls, value: str) -> str:
        value = value.strip()
        if value and not all(value.partition(":")):
            raise ValueError("has to be provider:model, for example openai:gpt-5 or ollama:llama3")
        return value

    @field_validator("slack_api_url")
    @classmethod
    def _an_address(cls, value: str) -> str:
        """With the path that Slack's methods lie under, and a slash at its end."""
        parts = urlsplit(value.strip() or SLACK_API)
        if parts.scheme not in ("http", "https") or not parts.hostname:
            raise ValueError(f"has to be an address such as {SLACK_API}")
        path = parts.path.strip("/") or "api"
        return f"{parts.scheme}://{parts.netloc}/{path}/"

    @field_validator("command")
    @classmethod
    def _a_slash_command(cls, value: str) -> str:
        if not re.fullmatch(r"/[a-z0-9_-]{1,31}", value):
            raise ValueError("has to be a slash command such as /ip")
        return value

    @field_validator("admin_channel")
    @classmethod
    def _a_conversation(cls, value: str) -> str:
        if value and not re.fullmatch(r"[CG][A-Z0-9]{2,}", value):
            raise ValueError("has to be the id of a channel (C0123ABCD), which its details show, not its name")
        return value

    @field_validator("agreements")
    @classmethod
    def _of_agreements(cls, value: Path | None) -> Path | None:
        if value is None or not str(value).strip():
            return None
        folder = value.expanduser().absolute()
        if not folder.is_dir():
            raise ValueError("is no folder")
        return folder

    @property
    def ledger_url(self) -> str:
        """Where the ledger is: the database that was set, or a file among the data."""
        return self.database_url.get_secret_value() or f"sqlite:///{self.data / 'clausewise.db'}"


_TOKENS = ("xoxb-", "xoxp-", "xapp-", "xoxe")


def missing_for_slack(settings: Settings, *, http: bool) -> tuple[str, ...]:
    """One line for each setting without which the bot cannot start."""
    wanted = [("SLACK_BOT_TOKEN", settings.slack_bot_token, "xoxb-", "OAuth & Permissions")]
    wanted += [
        ("SLACK_SIGNING_SECRET", settings.slack_signing_secret, "", "Basic Information")
        if http
        else ("SLACK_APP_TOKEN", settings.slack_app_token, "xapp-", "Basic Information, App-Level Tokens")
    ]
    problems = []
    for name, secret, beginning, page in wanted:
        value = secret.get_secret_value()
        if not value:
            problems.append(f"{name} is missing: copy it from your Slack app's page, under {page}")
        elif value.startswith(_TOKENS) and not value.startswith(beginning or _TOKENS):
            problems.append(f"{name}: is another kind of token; the one that begins with {beginning} is meant")
    return tuple(problems)


def load(env_file: Path | None = Path(".env")) -> Settings:
    """The settings of this process. Raises `SettingsError` with every problem found."""
    unknown = tuple(_unknown(name) for name in sorted(_given(env_file)) if name.removeprefix(PREFIX) not in _NAMES)
    try:
        settings = Settings(_env_file=env_file)  # type: ignore[call-arg]  # pydantic-settings takes it beside the fields
    except ValidationError as error:
        raise SettingsError(unknown + tuple(_line(str(e["loc"][0]), e["msg"]) for e in error.errors())) from None
    if unknown:
        raise SettingsError(unknown)
    return settings


_SLACK = "SLACK_"
_NAMES = tuple(name.upper() for name in Settings.model_fields if not name.upper().startswith(_SLACK))


def _given(env_file: Path | None) -> set[str]:
    names = {*os.environ, *(dotenv_values(env_file) if env_file else ())}
    return {name for name in names if name.startswith(PREFIX)}


def _unknown(name: str) -> str:
    nearest = difflib.get_close_matches(name.removeprefix(PREFIX), _NAMES, n=1, cutoff=0.0)
    return f"{name} is not a setting; did you mean {PREFIX}{nearest[0]}?"


def _line(name: str, message: str) -> str:
    prefix = "" if name.upper().startswith(_SLACK) else PREFIX
    return f"{prefix}{name.upper()}: {message.removeprefix('Value error, ')}"
