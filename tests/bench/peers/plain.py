"""The plain ways, on 500-character recursive pieces: dense, BM25, and both by reciprocal ranks."""

from collections.abc import Callable, Mapping, Sequence
from pathlib import Path

from harness import Ask, Index, Place, main, model_path, place, texts_of

RECIPROCAL_RANK = 60  # the usual constant of reciprocal rank fusion (Cormack, Clarke, Buettcher 2009)

Rank = Callable[[str], Sequence[int]]  # question -> all pieces, best first


def load() -> Index:
    import bm25s
    import numpy as np
    from langchain_text_splitters import RecursiveCharacterTextSplitter
    from sentence_transformers import SentenceTransformer

    model = SentenceTransformer(model_path())

    def index(folder: Path, _: Path) -> tuple[int, Mapping[str, Ask]]:
        splitter = RecursiveCharacterTextSplitter(chunk_size=500, chunk_overlap=0, add_start_index=True)
        places, texts = [], []
        for file, text in texts_of(folder).items():
            for piece in splitter.create_documents([text]):
                places.append(place(text, file, piece.page_content, piece.metadata["start_index"]))
                texts.append(piece.page_content)
        vectors = model.encode(texts, normalize_embeddings=True, show_progress_bar=False)
        lexical = bm25s.BM25()
        lexical.index(bm25s.tokenize(texts, stopwords="en", show_progress=False), show_progress=False)

        def dense(question: str) -> Sequence[int]:
            return np.argsort(-(vectors @ model.encode(question, normalize_embeddings=True)), kind="stable").tolist()

        def bm25(question: str) -> Sequence[int]:
            words = bm25s.tokenize(question, stopwords="en", show_progress=False, return_ids=False)[0]
            return np.argsort(-lexical.get_scores(words), kind="stable").tolist()

        def both(question: str) -> Sequence[int]:
            score = np.zeros(len(texts))
            for ranked in (dense(question), bm25(question)):
                score[ranked] += 1 / (RECIPROCAL_RANK + np.arange(1, len(texts) + 1))
            return np.argsort(-score, kind="stable").tolist()

        ways = {"dense, 500 characters": dense, "BM25": bm25, "dense + BM25": both}
        return len(texts), {name: _first(rank, places) for name, rank in ways.items()}

    return index


def _first(rank: Rank, places: list[Place]) -> Ask:
    def ask(question: str, file: str | None, k: int) -> list[Place]:
        return [places[n] for n in rank(question) if file in (None, places[n][0])][:k]

    return ask


if __name__ == "__main__":
    main(load)
