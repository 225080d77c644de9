"""Zip archives of XML (DOCX, ODT), opened with suspicion."""

from __future__ import annotations

import zipfile
import zlib
from io import BytesIO

from lxml import etree

from knowledge.documents import Limits
from knowledge.readers.draft import Refused

_MACROS = ("vbaproject.bin", "vbadata.xml")
_SMALL = 1 << 20  # below this, a high ratio is a small file that repeats itself


class Package:
    """An archive whose list of contents is within the limits, and the safe way to its parts."""

    def __init__(self, data: bytes, limits: Limits, kind: str) -> None:
        if data.startswith(b"\xd0\xcf\x11\xe0"):
            raise Refused(f"is encrypted, or in an older format; save it as {kind} without a password")
        if not data.startswith(b"PK"):
            raise Refused(f"is not {kind}, whatever its name says")
        try:
            self._zip = zipfile.ZipFile(BytesIO(data))
        except (zipfile.BadZipFile, ValueError, NotImplementedError):
            raise Refused(f"is a damaged or truncated file, not {kind}") from None
        self._kind = kind
        self._most = limits.unpacked
        self._check(limits)

    def _check(self, limits: Limits) -> None:
        entries = self._zip.infolist()
        if len(entries) > limits.entries:
            raise Refused(f"is an archive of {len(entries):,} entries; more than {limits.entries:,} are not unpacked")
        if sum(entry.file_size for entry in entries) > limits.unpacked:
            raise Refused(f"would unpack to more than {limits.unpacked >> 20} MB")
        for entry in entries:
            name = entry.filename.lower()
            if entry.flag_bits & 1:
                raise Refused("is encrypted; save it without a password")
            if name.endswith(_MACROS) or name.startswith(("basic/", "scripts/")):
                raise Refused("contains macros; save it without them")
            if entry.file_size > _SMALL and entry.file_size > limits.ratio * max(1, entry.compress_size):
                raise Refused(f"is packed more than {limits.ratio} to 1, as only a bomb is")

    def part(self, name: str) -> bytes | None:
        """The bytes of one part, or None. What the archive says of its size is not trusted."""
        try:
            with self._zip.open(name) as handle:
                data = handle.read(self._most + 1)
        except KeyError:
            return None
        except (zipfile.BadZipFile, zlib.error, EOFError, NotImplementedError, RuntimeError):
            raise Refused(f"is a damaged or truncated file, not {self._kind}") from None
        if len(data) > self._most:
            raise Refused(f"would unpack to more than {self._most >> 20} MB")
        return data

    def names(self) -> list[str]:
        """What the archive says it holds."""
        return self._zip.namelist()

    def xml(self, name: str) -> etree._Element | None:
        """The root of an XML part, or None. No part of such a package has a reason to declare entities."""
        data = self.part(name)
        if data is None:
            return None
        parser = etree.XMLParser(
            resolve_entities=False, no_network=True, huge_tree=False, load_dtd=False, dtd_validation=False
        )
        if b"<!DOCTYPE" in data or b"<!ENTITY" in data:
            raise Refused("declares entities in its XML, as only an attack does")
        try:
            root = etree.fromstring(data, parser)
        except etree.XMLSyntaxError:
            raise Refused(f"holds damaged XML ({name})") from None
        # In UTF-16 the words above look otherwise.
        if root.getroottree().docinfo.internalDTD is not None:
            raise Refused("declares entities in its XML, as only an attack does")
        return root
