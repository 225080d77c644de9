"""Environment and `.env` -> Settings. What is wrong or unknown fails at once, each with a line that says what to do."""

from __future__ import annotations

import difflib
import os
from pathlib import Path

import platformdirs
from dotenv import dotenv_values
from pydantic import Field, SecretStr, ValidationError, field_validator
from pydantic_settings import BaseSettings, SettingsConfigDict

PREFIX = "CLAUSEWISE_"


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
    """

    model_config = SettingsConfigDict(
        env_prefix=PREFIX, env_file_encoding="utf-8", extra="ignore", frozen=True, hide_input_in_errors=True
    )

    data: Path = Field(default_factory=lambda: platformdirs.user_data_path("clausewise"))
    model: str = ""
    model_key: SecretStr = SecretStr("")
    model_timeout: float = Field(default=30.0, gt=0, le=600)
    embedding_model: str = ""
    ocr: bool = True

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


_NAMES = tuple(name.upper() for name in Settings.model_fields)


def _given(env_file: Path | None) -> set[str]:
    names = {*os.environ, *(dotenv_values(env_file) if env_file else ())}
    return {name for name in names if name.startswith(PREFIX)}


def _unknown(name: str) -> str:
    nearest = difflib.get_close_matches(name.removeprefix(PREFIX), _NAMES, n=1, cutoff=0.0)
    return f"{name} is not a setting; did you mean {PREFIX}{nearest[0]}?"


def _line(name: str, message: str) -> str:
    return f"{PREFIX}{name.upper()}: {message.removeprefix('Value error, ')}"
