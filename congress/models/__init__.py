from congress.models.accounts import RoleGrant, User
from congress.models.areas import Area, Organisation
from congress.models.audit import AuditEntry
from congress.models.calendar import CalendarDay
from congress.models.documents import Document, DocumentBatch
from congress.models.files import StoredFile
from congress.models.imports import ImportFile
from congress.models.notices import Notification
from congress.models.terms import Congress, Session, Term

__all__ = [
    "Area",
    "AuditEntry",
    "CalendarDay",
    "Congress",
    "Document",
    "DocumentBatch",
    "ImportFile",
    "Notification",
    "Organisation",
    "RoleGrant",
    "Session",
    "StoredFile",
    "Term",
    "User",
]
