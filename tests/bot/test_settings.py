"""Settings come from the environment and from `.env`, and say what is wrong with them."""

from __future__ import annotations

import os
import re
from pathlib import Path

import pytest

from bot.settings import Settings, SettingsError, load, missing_for_slack


@pytest.fixture(autouse=True)
def _no_settings(monkeypatch: pytest.MonkeyPatch) -> None:
    for name in [name for name in os.environ if name.startswith(("CLAUSEWISE_", "SLACK_"))]:
        monkeypatch.delenv(name)


def problems() -> tuple[str, ...]:
    with pytest.raises(SettingsError) as caught:
        load(None)
    return caught.value.problems


def test_nothing_has_to_be_set() -> None:
    settings = load(None)
    assert settings.model == ""
    assert settings.ocr
    assert settings.ocr
    assert settings.data.name == "clausewise"


def test_the_environment_wins_over_the_file(tmp_path: Path, monkeypatch: pytest.MonkeyPatch) -> None:
    file = tmp_path / ".env"
    file.write_text("CLAUSEWISE_OCR=no\nCLAUSEWISE_MODEL=openai:from-file\nOTHER=1\n")
    monkeypatch.setenv("CLAUSEWISE_MODEL", "openai:from-environment")
    settings = load(file)
    assert not settings.ocr
    assert settings.model == "openai:from-environment"


def test_a_missing_env_file_is_no_problem(tmp_path: Path) -> None:
    assert load(tmp_path / ".env").ocr


def test_an_unknown_name_is_an_error_with_the_nearest_known_one(monkeypatch: pytest.MonkeyPatch) -> None:
    monkeypatch.setenv("CLAUSEWISE_MODLE", "openai:x")
    assert problems() == ("CLAUSEWISE_MODLE is not a setting; did you mean CLAUSEWISE_MODEL?",)


def test_an_unknown_name_in_the_file_is_an_error_too(tmp_path: Path) -> None:
    file = tmp_path / ".env"
    file.write_text("CLAUSEWISE_DATTA=/tmp\n")
    with pytest.raises(SettingsError, match="CLAUSEWISE_DATTA is not a setting; did you mean CLAUSEWISE_DATA"):
        load(file)


def test_every_problem_has_a_line_and_no_value_is_repeated(tmp_path: Path, monkeypatch: pytest.MonkeyPatch) -> None:
    file = tmp_path / "a-file"
    file.touch()
    monkeypatch.setenv("CLAUSEWISE_OCR", "sk-perhaps")
    monkeypatch.setenv("CLAUSEWISE_MODEL", "gpt")
    monkeypatch.setenv("CLAUSEWISE_MODEL_TIMEOUT", "-1")
    monkeypatch.setenv("CLAUSEWISE_DATA", str(file))
    found = problems()
    assert [line.split(":")[0] for line in found] == [
        "CLAUSEWISE_DATA",
        "CLAUSEWISE_MODEL",
        "CLAUSEWISE_MODEL_TIMEOUT",
        "CLAUSEWISE_OCR",
    ]
    assert "provider:model" in found[1]
    assert "sk-perhaps" not in "".join(found)


def test_a_secret_is_never_printed(monkeypatch: pytest.MonkeyPatch) -> None:
    monkeypatch.setenv("CLAUSEWISE_MODEL_KEY", "sk-very-secret")
    settings = load(None)
    assert settings.model_key.get_secret_value() == "sk-very-secret"
    assert "sk-very-secret" not in f"{settings} {settings!r} {settings.model_dump()} {settings.model_dump_json()}"


def test_the_home_folder_may_be_written_as_a_tilde(monkeypatch: pytest.MonkeyPatch) -> None:
    monkeypatch.setenv("CLAUSEWISE_DATA", "~/agreements")
    assert load(None).data == Path.home() / "agreements"


def test_the_example_names_every_setting_and_no_other(tmp_path: Path, monkeypatch: pytest.MonkeyPatch) -> None:
    example = (Path(__file__).parents[2] / ".env.example").read_text()
    names = {name if name.startswith("slack_") else f"clausewise_{name}" for name in Settings.model_fields}
    assert set(re.findall(r"^#((?:CLAUSEWISE|SLACK)_\w+)=", example, re.MULTILINE)) == {n.upper() for n in names}
    uncommented = tmp_path / ".env"
    uncommented.write_text(re.sub(r"^#((?:CLAUSEWISE|SLACK)_)", r"\1", example, flags=re.MULTILINE))
    monkeypatch.setenv("CLAUSEWISE_AGREEMENTS", str(tmp_path))  # the one that has to exist
    assert load(uncommented).model == "openai:gpt-5"


# --- for Slack --------------------------------------------------------------------------------------------------------


def given(monkeypatch: pytest.MonkeyPatch, **settings: str) -> Settings:
    for name, value in settings.items():
        monkeypatch.setenv(name, value)
    return load(None)


def test_what_the_bot_needs_to_start_is_said_in_a_line_each(monkeypatch: pytest.MonkeyPatch) -> None:
    settings = given(monkeypatch)
    socket_mode, http = missing_for_slack(settings, http=False), missing_for_slack(settings, http=True)
    assert [line.split()[0] for line in socket_mode] == ["SLACK_BOT_TOKEN", "SLACK_APP_TOKEN"]
    assert [line.split()[0] for line in http] == ["SLACK_BOT_TOKEN", "SLACK_SIGNING_SECRET"]
    settings = given(monkeypatch, SLACK_BOT_TOKEN="xoxb-1", SLACK_APP_TOKEN="xapp-1")
    assert missing_for_slack(settings, http=False) == ()


def test_tokens_in_each_others_place_are_told_apart(monkeypatch: pytest.MonkeyPatch) -> None:
    settings = given(monkeypatch, SLACK_BOT_TOKEN="xapp-1-very-secret", SLACK_APP_TOKEN="xoxb-1-very-secret")
    found = missing_for_slack(settings, http=False)
    assert [line.split(":")[0] for line in found] == ["SLACK_BOT_TOKEN", "SLACK_APP_TOKEN"]
    assert "very-secret" not in "".join(found)


@pytest.mark.parametrize(
    ("given_url", "used"),
    [
        ("", "https://slack.com/api/"),
        ("http://localhost:3000", "http://localhost:3000/api/"),
        ("http://localhost:3000/api", "http://localhost:3000/api/"),
        ("http://localhost:3000/slack/api/", "http://localhost:3000/slack/api/"),
    ],
)
def test_another_server_may_be_named_with_or_without_its_path(
    monkeypatch: pytest.MonkeyPatch, given_url: str, used: str
) -> None:
    assert given(monkeypatch, SLACK_API_URL=given_url).slack_api_url == used


@pytest.mark.parametrize(
    ("name", "value", "says"),
    [
        ("SLACK_API_URL", "localhost", "an address"),
        ("CLAUSEWISE_ADMIN_CHANNEL", "#admins", "the id of a channel"),
        ("CLAUSEWISE_COMMAND", "ip", "a slash command"),
        ("CLAUSEWISE_AGREEMENTS", "/nowhere/at/all", "is no folder"),
        ("CLAUSEWISE_MEMBERS_CAP", "0", "greater than or equal to 1"),
    ],
)
def test_a_setting_for_slack_that_is_wrong_says_what_it_has_to_be(
    monkeypatch: pytest.MonkeyPatch, name: str, value: str, says: str
) -> None:
    monkeypatch.setenv(name, value)
    (line,) = problems()
    assert line.startswith(f"{name}:")
    assert says in line
