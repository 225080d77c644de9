"""A file dropped into the admin channel -> an agreement of the catalogue: read, proposed, confirmed, saved, indexed."""

from __future__ import annotations

import re
import shutil
from collections.abc import Collection
from dataclasses import replace
from datetime import datetime, timedelta
from pathlib import Path
from typing import TYPE_CHECKING, Any

from bot.administration import Administration
from bot.indexing import Wanted, want
from bot.posts import Refused, Slack, TokenRejected, TryLater, Uncertain
from bot.work import Done
from jobs.ledger import Incoming, Ledger, Outgoing, Transaction
from jobs.messages import Notice, Progress, RegistrationOffer
from knowledge.model import Agreement

if TYPE_CHECKING:
    from bot.app import Clausewise
    from bot.settings import Settings
    from knowledge.catalogue_entries import Registration
    from knowledge.proposals import Proposed

UPLOADS = "uploads"  # a folder among the data: one folder a file, with the document and what was proposed from it
PROPOSED = "proposed.json"
KEPT = timedelta(days=30)  # how long a file waits to be registered
NO_LONGER_KNOWN = "This file is no longer known here: drop it into the channel again."


class Registering:
    """Reads what admins drop, and saves what they confirm."""

    def __init__(
        self,
        *,
        settings: Settings,
        clausewise: Clausewise,
        slack: Slack,
        ledger: Ledger,
        administration: Administration,
    ) -> None:
        self._settings = settings
        self._clausewise = clausewise
        self._slack = slack
        self._ledger = ledger
        self._administration = administration

    # --- a file was dropped ---

    def read(self, incoming: Incoming, now: datetime) -> Done:
        """Read a file and offer to register it. What cannot be read is said; nothing of it is kept then."""
        if not self._administration.is_admin(incoming.user):
            return Done("not an admin's file")
        self._forget_before(now - KEPT)
        offer = self._offer(str(incoming.payload.get("file", "")), str(incoming.payload.get("name", "")))
        thread = str(incoming.payload.get("thread") or incoming.ts)
        said = Outgoing(f"offer/{incoming.key}", incoming.channel, offer, thread=thread, asker=incoming.user)
        return Done("offered" if not offer.problem else "unreadable", (said,))

    def _offer(self, file: str, name: str) -> RegistrationOffer:
        from knowledge.catalogue_entries import safe_name
        from knowledge.clauses import parse
        from knowledge.documents import Reader, UnreadableDocument
        from knowledge.proposals import propose

        folder = self._upload(file)
        try:
            safe = safe_name(name, ())
            self._fetch(file, folder, safe)
            with Reader(folder, cache=self._clausewise.data / "cache" / "documents", ocr=self._settings.ocr) as reader:
                document = reader.read(safe)
            proposed = propose(document, parse(document))
        except (UnreadableDocument, ValueError, Refused) as problem:
            shutil.rmtree(folder, ignore_errors=True)
            if isinstance(problem, TryLater | TokenRejected):
                raise
            return RegistrationOffer(file, name, problem=_reason(problem))
        except Uncertain as problem:
            return RegistrationOffer(
                file, name, problem=f"Slack did not hand it over ({problem.reason}). Drop it again."
            )
        (folder / PROPOSED).write_bytes(_adapter().dump_json(proposed))
        return RegistrationOffer(file, name, title=proposed.title.value if proposed.title else "")

    def _fetch(self, file: str, folder: Path, name: str) -> None:
        """Save a file of Slack's, alone in `folder`."""
        described = self._slack.file(file)
        shutil.rmtree(folder, ignore_errors=True)
        folder.mkdir(parents=True, mode=0o700)
        url = str(described.get("url_private_download") or described.get("url_private") or "")
        self._slack.download(url, folder / name)

    def _upload(self, file: str) -> Path:
        """Where a file is kept until it is registered. Raises `ValueError` for what is no id of a file."""
        if not re.fullmatch(r"F[A-Z0-9]{2,30}", file):
            raise ValueError("is no file of Slack's")
        return self._clausewise.data / UPLOADS / file

    def _forget_before(self, when: datetime) -> None:
        """Remove the files that nobody has registered since then."""
        for folder in (self._clausewise.data / UPLOADS).glob("*"):
            if folder.stat().st_mtime < when.timestamp():
                shutil.rmtree(folder, ignore_errors=True)

    def proposed(self, file: str) -> tuple[Path, Proposed] | None:
        """(the file, what was proposed from it); None where nothing is known of it any more."""
        try:
            folder = self._upload(file)
            proposed: Proposed = _adapter().validate_json((folder / PROPOSED).read_bytes())
            (document,) = (path for path in folder.iterdir() if path.name != PROPOSED)
        except (OSError, ValueError):
            return None
        return document, proposed

    def drafted(self, file: str) -> tuple[Registration, Proposed] | None:
        """A form filled in with what was proposed from a file; None where nothing is known of it any more."""
        from knowledge.catalogue_entries import drafted

        found = self.proposed(file)
        if found is None:
            return None
        document, proposed = found
        return drafted(proposed, document.name, self._clausewise.generation.agreements), proposed

    # --- it was confirmed ---

    def agreement(self, file: str, registration: Registration) -> Agreement | tuple[tuple[str, str], ...]:
        """The agreement a form describes, or what is wrong with it: (field, sentence) each."""
        from knowledge.catalogue import CatalogueError, files_in, load
        from knowledge.catalogue_entries import registered

        folder, found = self._administration.folder(), self.proposed(file)
        if folder is None or found is None:
            return (("file", NO_LONGER_KNOWN),)
        listing = files_in(folder)
        try:
            catalogue = load(folder, listing.documents)
        except CatalogueError as error:
            return (("file", f"The catalogue has to be put right first: {error}"),)
        listed = {name for agreement in catalogue.agreements if agreement.listed for name in agreement.files}
        name = _free_name(found[0], folder, (*listing.documents, *listing.others), listed)
        return registered(replace(registration, file=name), catalogue)

    def save(self, incoming: Incoming, file: str, registration: Registration, now: datetime) -> Done:
        """Copy the file into the folder, enter it into the catalogue, and have the folder indexed.

        Where a crash came in between, the next try finds the file, or the entry, and goes on from there.
        """
        from knowledge.catalogue import CatalogueError
        from knowledge.catalogue_writing import add_agreement

        if not self._administration.is_admin(incoming.user):
            return Done("refused: not an admin")
        folder, found = self._administration.folder(), self.proposed(file)
        if folder is None or found is None:
            return self._not_registered(incoming, NO_LONGER_KNOWN)
        document = found[0]
        entered = self._entered(folder, registration.id, document)
        if not entered:
            agreement = self.agreement(file, registration)
            if isinstance(agreement, tuple):
                return self._not_registered(incoming, *(sentence for _, sentence in agreement))
            target = folder / agreement.files[0]
            try:
                shutil.copyfile(document, target)
                add_agreement(folder, agreement)
            except (CatalogueError, ValueError, OSError) as problem:
                target.unlink(missing_ok=True)
                return self._not_registered(incoming, str(problem))
        name = f"indexing/{incoming.key}"

        def record(t: Transaction) -> None:
            want(t, Wanted(name, incoming.user, str(folder), promote=True), now)
            t.audit.append(incoming.user, "agreement.registered", registration.id, {"file": file}, now)

        told = self._told(incoming, f"{registration.short_name} is in the catalogue, and is being indexed.")
        started = Outgoing(name, incoming.user, Progress("starting", 0, 0), asker=incoming.user)
        return Done("registered", (told, started), record)

    def _entered(self, folder: Path, id_: str, document: Path) -> bool:
        """Whether the catalogue has this very file as the agreement of that id already."""
        from knowledge.catalogue import CatalogueError, files_in, load

        try:
            known = load(folder, files_in(folder).documents).agreements
        except CatalogueError:
            return False
        return any(a.id == id_ and a.listed and _same(folder / a.files[0], document) for a in known)

    def _not_registered(self, incoming: Incoming, *lines: str) -> Done:
        return Done("not registered", (self._told(incoming, "This could not be registered.", *lines),))

    def _told(self, incoming: Incoming, *lines: str) -> Outgoing:
        return Outgoing(f"reply/{incoming.key}", incoming.user, Notice(tuple(lines)), asker=incoming.user)


def _free_name(document: Path, folder: Path, taken: Collection[str], listed: Collection[str]) -> str:
    """The name a document gets in the folder: its own, or with a number where another file has it. A copy of it that
    no entry lists is taken for its own."""
    from knowledge.catalogue_entries import safe_name

    copies = {name for name in taken if name not in listed and _same(folder / name, document)}
    return safe_name(document.name, [name for name in taken if name not in copies])


def _same(one: Path, other: Path) -> bool:
    try:
        return one.read_bytes() == other.read_bytes()
    except OSError:
        return False


def _reason(problem: Exception) -> str:
    return str(getattr(problem, "reason", "")) or str(problem)


def _adapter() -> Any:
    from pydantic import TypeAdapter

    from knowledge.proposals import Proposed

    return TypeAdapter(Proposed)
