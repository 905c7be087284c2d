"""The documents registry: printable kinds, who may print them and how their content is built.

An app registers its kinds in ``AppConfig.ready()``. A kind is either HTML that becomes a PDF (``template`` and
``build``) or brings its own ``render`` (xlsx, docx).
"""

from __future__ import annotations

from collections.abc import Callable
from dataclasses import dataclass
from typing import TYPE_CHECKING, Any

from django.db.models import Q

if TYPE_CHECKING:
    from congress.models import Document, User

PDF = "application/pdf"
XLSX = "application/vnd.openxmlformats-officedocument.spreadsheetml.sheet"
DOCX = "application/vnd.openxmlformats-officedocument.wordprocessingml.document"
_SUFFIXES = {PDF: ".pdf", XLSX: ".xlsx", DOCX: ".docx"}


@dataclass(frozen=True)
class DocumentKind:
    """One printable kind.

    ``printable_by(user)`` is the condition on ``Document`` rows of this kind that the person may see and print; it must
    not query by itself. ``build(document)`` gives the template's context from stored data only: the same document must
    give the same context on every call, because the file is named by its content.
    """

    key: str
    title: str
    printable_by: Callable[[User], Q]
    template: str = ""
    build: Callable[[Document], dict[str, Any]] | None = None
    render: Callable[[Document], bytes] | None = None
    content_type: str = PDF

    def __post_init__(self) -> None:
        if bool(self.template and self.build) == bool(self.render):
            raise ValueError(f"document kind {self.key!r} needs either a template with build, or render")

    @property
    def suffix(self) -> str:
        return _SUFFIXES[self.content_type]


NOBODY = Q(pk__in=[])
_kinds: dict[str, DocumentKind] = {}


def register(kind: DocumentKind) -> DocumentKind:
    """Adds a kind. Raises ValueError when the key is taken by another one."""
    if kind.key in _kinds and _kinds[kind.key] is not kind:
        raise ValueError(f"document kind {kind.key!r} is registered twice")
    _kinds[kind.key] = kind
    return kind


def find(key: str) -> DocumentKind:
    """The kind of that key. Raises KeyError for one nobody registered."""
    return _kinds[key]


def registered() -> tuple[DocumentKind, ...]:
    return tuple(_kinds.values())


def visible_to(user: User) -> Q:
    """The condition on ``Document`` rows, of all kinds, that the person may see."""
    condition = NOBODY
    for kind in _kinds.values():
        condition |= Q(kind=kind.key) & kind.printable_by(user)
    return condition
