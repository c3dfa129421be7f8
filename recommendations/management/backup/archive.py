"""The file itself: a packed tar (POSIX pax, gzip), encrypted or not, whose last member says what all of it is.

It is only ever written and read from one end to the other, so memory does not grow with it.
"""

from __future__ import annotations

import gzip
import hashlib
import json
import tarfile
import zlib
from collections.abc import Iterator, Sequence
from contextlib import contextmanager
from dataclasses import asdict, dataclass, field
from io import BytesIO
from typing import IO, Any, BinaryIO, cast

from recommendations.management.backup.sealing import MAGIC, unsealed

FORMAT = "anbefalingstracker-sikkerhedskopi/1"
MANIFEST = "indhold.json"
READ_ME = "LÆS MIG.txt"
ROWS, FILES = "rækker/", "filer/"
PART = 4 * 1024 * 1024  # bytes of rows in a member; more, where one row is longer
BLOCK = 1024 * 1024
GZIP = b"\x1f\x8b"
ABOUT = """\
Dette er en sikkerhedskopi af Anbefalingstracker, alt i én installation. This is a backup of one installation.

indhold.json (den sidste fil) har udgaven, databasens migrationer, hver tabels kolonner og antal rækker, og størrelse og
SHA-256 for hver af de andre filer. »rækker« har en linje JSON (UTF-8) for hver række i hver tabel, som kolonne: værdi.
Tidspunkter er i UTC. Kolonner, der ender på _id, er nøglen til en række i en anden tabel. »filer« har de uploadede
filer under det navn, rækkerne giver dem.

The last file, indhold.json, names the version, the migrations, each table's columns and number of rows, and the size
and SHA-256 of each other file. Each line under "rækker" is one row as JSON (UTF-8); moments are in UTC, and a column
that ends in _id is the key of a row in another table. The uploaded files lie under "filer" by the names in the rows.
"""


class BackupRefused(Exception):
    """A Danish sentence on a file that cannot be used."""


@dataclass
class TableRows:
    """A table in the file: what its rows are called to the product, its columns, and the members that hold it."""

    table: str
    model: str
    columns: list[str]
    rows: int = 0
    next_key: int | None = None
    members: list[str] = field(default_factory=list)


@dataclass
class LogRoot:
    """How long a municipality's log of events is, and the root of its tree."""

    municipality: str
    tree_size: int
    tree_root: str


@dataclass
class Manifest:
    """What a file is: everything that `indhold.json` says. `missing` are files that rows name and nobody found."""

    version: str
    made_at: str
    migrations: list[str]
    tables: list[TableRows] = field(default_factory=list)
    members: dict[str, dict[str, Any]] = field(default_factory=dict)
    missing: list[str] = field(default_factory=list)
    logs: list[LogRoot] = field(default_factory=list)
    format: str = FORMAT

    def as_json(self) -> bytes:
        return json.dumps(asdict(self), ensure_ascii=False, indent=1, sort_keys=True).encode()

    @classmethod
    def of_json(cls, content: bytes) -> Manifest:
        try:
            data = json.loads(content)
            if data["format"] != FORMAT:
                raise BackupRefused(f"Filen har formen {data['format']}. Denne udgave læser {FORMAT}.")
            tables = [TableRows(**one) for one in data.pop("tables")]
            return cls(tables=tables, logs=[LogRoot(**one) for one in data.pop("logs")], **data)
        except (KeyError, TypeError, ValueError, RecursionError) as error:
            raise BackupRefused(f"Filens indholdsfortegnelse kan ikke læses ({type(error).__name__}).") from error

    @property
    def fingerprint(self) -> str:
        """SHA-256 of it, in hexadecimal: whoever has it written down knows the whole file again."""
        return hashlib.sha256(self.as_json()).hexdigest()

    @property
    def rows(self) -> int:
        return sum(one.rows for one in self.tables)

    @property
    def files(self) -> int:
        return sum(name.startswith(FILES) for name in self.members)


class BackupWriter:
    """Puts members into a file, and remembers in the manifest what they are."""

    def __init__(self, sink: BinaryIO, manifest: Manifest, mtime: int) -> None:
        self.manifest, self.mtime = manifest, mtime
        self.packed = gzip.GzipFile(filename="", fileobj=sink, mode="wb", compresslevel=6, mtime=mtime)
        self.tar = tarfile.TarFile(fileobj=self.packed, mode="w", format=tarfile.PAX_FORMAT)

    def add(self, name: str, content: IO[bytes], size: int) -> None:
        hashed = _Hashed(content)
        self._add(name, hashed, size)
        self.manifest.members[name] = {"size": size, "sha256": hashed.digest.hexdigest()}

    def add_bytes(self, name: str, content: bytes) -> None:
        self.add(name, BytesIO(content), len(content))

    def close(self) -> None:
        content = self.manifest.as_json()
        self._add(MANIFEST, BytesIO(content), len(content))
        self.tar.close()
        self.packed.close()

    def _add(self, name: str, content: Any, size: int) -> None:
        member = tarfile.TarInfo(name)
        member.size, member.mtime, member.mode = size, self.mtime, 0o600
        self.tar.addfile(member, content)
        self.tar.members.clear()  # type: ignore[attr-defined]  # it would remember them all


class _Hashed:
    """Reads on, and takes the digest of what has been read."""

    def __init__(self, content: IO[bytes]) -> None:
        self.content, self.digest, self.size = content, hashlib.sha256(), 0

    def read(self, size: int = -1) -> bytes:
        with _told_in_danish():
            block = self.content.read(size)
        self.digest.update(block)
        self.size += len(block)
        return block


class BackupReader:
    """A file that is read from its beginning as often as one asks, with the keys that open it."""

    def __init__(self, file: BinaryIO, keys: Sequence[Any] = ()) -> None:
        self.file, self.keys = file, keys
        file.seek(0)
        head = file.read(len(MAGIC))
        if not (head == MAGIC or head.startswith(GZIP)):
            raise BackupRefused("Filen er ingen sikkerhedskopi, eller dens begyndelse er ødelagt.")

    def members(self, manifest: Manifest | None = None) -> Iterator[tuple[str, IO[bytes]]]:
        """Each member in turn; refused where one is not what the manifest says, once it has been read to its end."""
        known = {} if manifest is None else manifest.members
        with _told_in_danish(), unsealed(self.file, self.keys) as stream, gzip.GzipFile(fileobj=stream) as packed:
            with tarfile.open(fileobj=packed, mode="r|", bufsize=BLOCK) as tar:
                for member in tar:
                    content = tar.extractfile(member) if member.isreg() else None
                    if content is None:
                        raise BackupRefused(f"»{member.name}« i filen er ingen almindelig fil.")
                    hashed = _Hashed(content)
                    yield member.name, cast(IO[bytes], hashed)
                    while hashed.read(BLOCK):
                        pass
                    found = {"size": hashed.size, "sha256": hashed.digest.hexdigest()}
                    if manifest is not None and member.name != MANIFEST and known.get(member.name) != found:
                        raise BackupRefused(f"»{member.name}« i filen er ændret.")
                    tar.members.clear()  # type: ignore[attr-defined]  # it would remember them all
            while packed.read(BLOCK):  # its own checksum stands at the very end
                pass
            while stream.read(BLOCK):  # and so does the seal
                pass

    def checked(self) -> Manifest:
        """The manifest, once the whole file has been read and every member is what it says."""
        found: dict[str, dict[str, Any]] = {}
        lines: dict[str, int] = {}
        manifest: Manifest | None = None
        for name, content in self.members():
            if manifest is not None or name in found:
                raise BackupRefused(f"Der er mere i filen, end der skal være: »{name}«.")
            if name == MANIFEST:
                manifest = Manifest.of_json(content.read())
                continue
            digest, size = hashlib.sha256(), 0
            while block := content.read(BLOCK):
                digest.update(block)
                size += len(block)
                if name.startswith(ROWS):
                    lines[name] = lines.get(name, 0) + block.count(b"\n")
            found[name] = {"size": size, "sha256": digest.hexdigest()}
        if manifest is None:
            raise BackupRefused("Filen er ikke hel: slutningen mangler.")
        for name in sorted({*found, *manifest.members}):
            if found.get(name) != manifest.members.get(name):
                raise BackupRefused(f"»{name}« i filen er ændret eller mangler.")
        for table in manifest.tables:
            if sum(lines.get(name, 0) for name in table.members) != table.rows:
                raise BackupRefused(f"Tabellen {table.table} har ikke de {table.rows} rækker, filen siger.")
        return manifest


@contextmanager
def _told_in_danish() -> Iterator[None]:
    """Whatever is wrong with the bytes, in whichever of the layers it is noticed."""
    try:
        yield
    except (gzip.BadGzipFile, zlib.error, tarfile.TarError, EOFError) as error:
        raise BackupRefused(f"Filen er beskadiget eller ikke hel ({error}).") from error
