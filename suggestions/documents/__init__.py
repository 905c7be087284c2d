"""What this app prints: one module a topic."""

from types import ModuleType

from suggestions.documents import assignments, booklet, forms, notices, replies, report

PARTS: tuple[ModuleType, ...] = (forms, assignments, replies, notices, booklet, report)
