"""LangChain as its tutorial has it: recursive splitter 1000/200, Chroma on disk, the bundled model."""

from collections.abc import Mapping
from pathlib import Path

from harness import Ask, Index, Place, main, model_path, place, texts_of


def load() -> Index:
    from langchain_chroma import Chroma
    from langchain_core.documents import Document
    from langchain_huggingface import HuggingFaceEmbeddings
    from langchain_text_splitters import RecursiveCharacterTextSplitter

    embeddings = HuggingFaceEmbeddings(model_name=model_path())

    def index(folder: Path, scratch: Path) -> tuple[int, Mapping[str, Ask]]:
        texts = texts_of(folder)
        splitter = RecursiveCharacterTextSplitter(chunk_size=1000, chunk_overlap=200, add_start_index=True)
        pieces = splitter.split_documents([Document(text, metadata={"source": file}) for file, text in texts.items()])
        store = Chroma.from_documents(pieces, embeddings, persist_directory=str(scratch))

        def ask(question: str, file: str | None, k: int) -> list[Place]:
            found = store.similarity_search(question, k=k, filter={"source": file} if file else None)
            return [
                place(texts[d.metadata["source"]], d.metadata["source"], d.page_content, d.metadata["start_index"])
                for d in found
            ]

        return len(pieces), {"LangChain": ask}

    return index


if __name__ == "__main__":
    main(load)
