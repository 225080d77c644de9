"""LlamaIndex as its starter tutorial has it: directory reader, SentenceSplitter's defaults, the in-memory index."""

from collections.abc import Mapping
from pathlib import Path

from harness import Ask, Index, Place, main, model_path, place, texts_of


def load() -> Index:
    from llama_index.core import SimpleDirectoryReader, VectorStoreIndex
    from llama_index.core.node_parser import SentenceSplitter
    from llama_index.core.vector_stores import ExactMatchFilter, MetadataFilters
    from llama_index.embeddings.huggingface import HuggingFaceEmbedding

    embedding = HuggingFaceEmbedding(model_name=model_path())

    def index(folder: Path, _: Path) -> tuple[int, Mapping[str, Ask]]:
        texts = texts_of(folder)
        documents = SimpleDirectoryReader(str(folder), required_exts=[".txt"]).load_data()
        built = VectorStoreIndex.from_documents(documents, embed_model=embedding, transformations=[SentenceSplitter()])

        def ask(question: str, file: str | None, k: int) -> list[Place]:
            only = MetadataFilters(filters=[ExactMatchFilter(key="file_name", value=file)]) if file else None
            found = built.as_retriever(similarity_top_k=k, filters=only).retrieve(question)
            nodes = [(hit.node.metadata["file_name"], hit.node) for hit in found]
            return [place(texts[name], name, node.get_content(), node.start_char_idx) for name, node in nodes]

        return len(built.docstore.docs), {"LlamaIndex": ask}

    return index


if __name__ == "__main__":
    main(load)
