"""Haystack's indexing pipeline in its documented defaults: 200-word pieces, the in-memory store.

The optional DocumentCleaner is left out: it changes the text, so that pieces could no longer be found in the file.
"""

from collections.abc import Mapping
from pathlib import Path

from harness import Ask, Index, Place, main, model_path, place, texts_of


def load() -> Index:
    from haystack.components.converters import TextFileToDocument
    from haystack.components.preprocessors import DocumentSplitter
    from haystack.components.retrievers.in_memory import InMemoryEmbeddingRetriever
    from haystack.document_stores.in_memory import InMemoryDocumentStore
    from haystack_integrations.components.embedders.sentence_transformers import (
        SentenceTransformersDocumentEmbedder,
        SentenceTransformersTextEmbedder,
    )

    documents_in = SentenceTransformersDocumentEmbedder(model=model_path(), progress_bar=False)
    question_in = SentenceTransformersTextEmbedder(model=model_path(), progress_bar=False)
    documents_in.warm_up()
    question_in.warm_up()

    def index(folder: Path, _: Path) -> tuple[int, Mapping[str, Ask]]:
        texts = texts_of(folder)
        read = TextFileToDocument().run(sources=sorted(folder.glob("*.txt")))["documents"]
        store = InMemoryDocumentStore()
        pieces = documents_in.run(DocumentSplitter().run(read)["documents"])["documents"]
        store.write_documents(pieces)
        retriever = InMemoryEmbeddingRetriever(store)

        def ask(question: str, file: str | None, k: int) -> list[Place]:
            vector = question_in.run(question)["embedding"]
            only = {"field": "meta.file_path", "operator": "==", "value": file} if file else None
            found = retriever.run(vector, filters=only, top_k=k)["documents"]
            return [
                place(texts[d.meta["file_path"]], d.meta["file_path"], d.content, d.meta["split_idx_start"])
                for d in found
            ]

        return len(pieces), {"Haystack": ask}

    return index


if __name__ == "__main__":
    main(load)
