"""Where everything is joined, by name. Nothing here decides anything."""

from __future__ import annotations

from collections.abc import Callable, Sequence
from datetime import date, datetime
from pathlib import Path
from typing import TYPE_CHECKING

from knowledge.catalogue import readable
from knowledge.index import Generation, IndexDamaged

if TYPE_CHECKING:
    from bot.settings import Settings
    from knowledge.embedding import Encoder
    from knowledge.language_model import LanguageModel
    from knowledge.model import Answer, Person, Turn
    from knowledge.search import Found


class Clausewise:
    """The index of one data folder with what is needed to ask it. Takes up a newly promoted generation by itself."""

    def __init__(
        self, data: Path, *, encoder: Encoder, language_model: LanguageModel | None, today: Callable[[], date]
    ) -> None:
        self.data = data
        self.encoder = encoder
        self.language_model = language_model
        self.today = today
        self._generation: Generation | None = None

    @property
    def generation(self) -> Generation:
        """The generation in force. Raises `NothingIndexed` or `IndexDamaged`, with what to do."""
        if self._generation is None or not self._generation.is_current():
            generation = Generation.open(self.data)
            if generation.encoder != self.encoder.name:
                raise IndexDamaged("the index was made with another embedding model: run `clausewise index FOLDER`")
            self._generation = generation
        return self._generation

    def allowed(self, asker: Person | None, on: date) -> frozenset[str]:
        """The ids of the agreements that `asker` may read on a day; None is the command line's own user."""
        return readable(asker, self.generation.agreements.values(), on)

    def ask(
        self,
        question: str,
        *,
        asker: Person | None = None,
        on: date | None = None,
        agreement: str | None = None,
        file: str | None = None,
        history: Sequence[Turn] = (),
        within: frozenset[str] | None = None,
        generation: Generation | None = None,
    ) -> Answer:
        """The answer to a question, as of a day (today, if None), from one generation (the one in force, if None)."""
        from knowledge.answers import answer

        return answer(
            question,
            asker=asker,
            on=on or self.today(),
            generation=generation or self.generation,
            encoder=self.encoder,
            language_model=self.language_model,
            agreement=agreement,
            file=file,
            history=history,
            within=within,
        )

    def search(
        self,
        question: str,
        *,
        asker: Person | None = None,
        on: date | None = None,
        agreement: str | None = None,
        file: str | None = None,
    ) -> Found:
        """The clauses nearest to a question, best first, among what the asker may read."""
        from knowledge.search import search

        day = on or self.today()
        return search(
            self.generation,
            self.encoder,
            question,
            allowed=self.allowed(asker, day),
            on=day,
            agreement=agreement,
            file=file,
        )


def local_today() -> date:
    """The day it is where this machine is."""
    return datetime.now().astimezone().date()


def encoder(settings: Settings) -> Encoder:
    """The embedding model that the settings name."""
    from knowledge.embedding import Encoder

    return Encoder(settings.embedding_model or None, cache=settings.data / "cache")


def build(settings: Settings) -> Clausewise:
    """Everything joined as the settings say. Raises `ModelUnavailable` if the language model cannot be set up."""
    from knowledge.language_model import chat_model

    return Clausewise(
        settings.data,
        encoder=encoder(settings),
        language_model=chat_model(
            settings.model, key=settings.model_key.get_secret_value(), seconds=settings.model_timeout
        ),
        today=local_today,
    )
