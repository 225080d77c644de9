"""The sample agreements, indexed once and shared by every test that asks questions."""

from __future__ import annotations

import hashlib
import os
import shutil
import time
from collections.abc import Callable, Mapping
from datetime import date
from pathlib import Path

import pytest
from hypothesis import settings

from jobs.reindex import reading_code, reindex
from knowledge import index
from knowledge.answers import answer
from knowledge.embedding import Encoder
from knowledge.index import Generation, IndexBusy, IndexDamaged, NothingIndexed
from knowledge.model import Answer, Person

# On a shared machine time says nothing, and where a change is judged the same examples are tried each time.
settings.register_profile("steady", deadline=None, derandomize=bool(os.environ.get("CI")))
settings.load_profile("steady")

SAMPLES = Path(__file__).parent.parent / "knowledge" / "samples"
INDEXED_ON = date(2026, 6, 2)
Asking = Callable[..., Answer]


@pytest.fixture(scope="session")
def encoder(pytestconfig: pytest.Config) -> Encoder:
    """The bundled model; its export is kept between runs."""
    assert pytestconfig.cache is not None
    return Encoder(cache=Path(pytestconfig.cache.mkdir("clausewise-encoder")))


@pytest.fixture(scope="session")
def sample_data(pytestconfig: pytest.Config, encoder: Encoder) -> Path:
    """A data folder with the samples indexed, kept between runs while samples, code and weights are the same."""
    assert pytestconfig.cache is not None
    kept = Path(pytestconfig.cache.mkdir("clausewise-samples"))
    data = kept / _state(encoder)
    for other in kept.iterdir():
        if other != data:
            shutil.rmtree(other, ignore_errors=True)
    try:
        Generation.open(data).close()
    except (NothingIndexed, IndexDamaged, FileNotFoundError):
        _index(data, encoder)
    return data


def _state(encoder: Encoder) -> str:
    digest = hashlib.sha256(f"{reading_code()} {encoder.name} {index.FORMAT}".encode())
    for path in sorted(p for p in SAMPLES.rglob("*") if p.is_file()):
        digest.update(path.name.encode() + b"\0" + path.read_bytes())
    return digest.hexdigest()[:16]


def _index(data: Path, encoder: Encoder) -> None:
    for _ in range(300):  # another test run may be building the same folder
        try:
            reindex(SAMPLES, data, encoder=encoder, today=INDEXED_ON)
        except IndexBusy:
            time.sleep(1)
        else:
            return
    raise TimeoutError(f"{data} is still being built by another process")


@pytest.fixture(scope="session")
def sample_generation(sample_data: Path) -> Generation:
    """The indexed samples, opened to be read."""
    return Generation.open(sample_data)


@pytest.fixture(scope="session")
def sample_people(sample_generation: Generation) -> Mapping[str, Person]:
    """The people of the samples' catalogue, by id."""
    return sample_generation.people


@pytest.fixture(scope="session")
def ask(sample_generation: Generation, sample_people: Mapping[str, Person], encoder: Encoder) -> Asking:
    """`ask(question, person id, **arguments of answer)`: a question to the indexed samples, on 2 June 2026."""

    def asking(question: str, person: str | None = "rita", *, on: date = INDEXED_ON, **more: object) -> Answer:
        asker = sample_people[person] if person else None
        return answer(question, asker=asker, on=on, generation=sample_generation, encoder=encoder, **more)  # type: ignore[arg-type] # the test's own arguments

    return asking
