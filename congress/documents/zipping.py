"""A ZIP made while it is sent: one file's worth of memory, whatever the batch."""

from __future__ import annotations

import zipfile
from collections.abc import Iterable, Iterator
from pathlib import Path, PurePosixPath

_CHUNK = 1 << 18


class _Pipe:
    """A file that can only be written; what was written is taken off by ``take``."""

    def __init__(self) -> None:
        self._parts: list[bytes] = []

    def write(self, data: bytes) -> int:
        self._parts.append(bytes(data))
        return len(data)

    def flush(self) -> None:
        pass

    def take(self) -> bytes:
        parts, self._parts = self._parts, []
        return b"".join(parts)


def unique_names(files: Iterable[tuple[str, str]]) -> Iterator[tuple[str, str]]:
    """(name, path) pairs in which no name comes twice: a second 考评表.pdf becomes 考评表（2）.pdf."""
    seen: dict[str, int] = {}
    for name, path in files:
        seen[name] = seen.get(name, 0) + 1
        if seen[name] > 1:
            whole = PurePosixPath(name)
            name = f"{whole.stem}（{seen[name]}）{whole.suffix}"
        yield name, path


def stream(files: Iterable[tuple[str, str]]) -> Iterator[bytes]:
    """The archive's bytes for (name in the archive, path on disk) pairs. Stored, not compressed: PDFs are already."""
    pipe = _Pipe()
    with zipfile.ZipFile(pipe, "w", zipfile.ZIP_STORED, allowZip64=True) as archive:  # type: ignore[call-overload]
        for name, path in files:
            entry = zipfile.ZipInfo(name)
            entry.external_attr = 0o644 << 16
            with archive.open(entry, "w") as member, Path(path).open("rb") as source:
                while chunk := source.read(_CHUNK):
                    member.write(chunk)
                    yield pipe.take()
            yield pipe.take()
    yield pipe.take()
