"""The suggestions' part of the table: one block a topic. The records are those of ``suggestions_world``; their proposer serves in
town1, and the unit has what was assigned."""

from __future__ import annotations

from tests.access.table import ANYBODY, TOWN_OFFICES, Action, Page, Table, but

STAFF = f"office {TOWN_OFFICES}"
ASSIGN = f"{STAFF} dispatcher"
SEES = f"{ASSIGN} leader deputy unit"
SEEN = "office leader town1 deputy dispatcher unit"  # who knows of one that was assigned to the unit


def _known(name: str, *arguments: str, opens: str, everyone: str = ANYBODY, posts: str = "") -> Page:
    """A page for some of ``everyone`` who knows of the record."""
    return Page(name, arguments, opens=opens, refused=but(everyone, opens), posts=posts)


def _do(name: str, *arguments: str, may: str, everyone: str = ANYBODY, **sends: str) -> Action:
    return Action(name, arguments, may=may, refused=but(everyone, may), sends=sends)


PAGES: tuple[Page, ...] = (
    # ---- lists
    Page("suggestions:list"),
    _known("suggestions:list_xlsx", opens=SEES),
    _known("suggestions:assign", opens=ASSIGN, posts=ASSIGN),
    _known("suggestions:requests", opens=STAFF),
    _known("suggestions:templates", opens=ASSIGN),
    _known("suggestions:new_template", opens=ASSIGN, posts=ASSIGN),
    _known("suggestions:template", "assignment template", opens=ASSIGN, posts=ASSIGN),
    # ---- after the reply: the deputy judges, the office enters her paper; the public part is told to everybody who is signed in
    _known("suggestions:evaluate", "replied suggestion", everyone=SEEN, opens="office deputy", posts="office deputy"),
    Page("suggestions:commitments"),
    _known("suggestions:commitments_xlsx", opens=SEES),
    Page("suggestions:commitment", ("commitment",), opens=SEEN),
    Page("suggestions:commitment_photo", ("commitment photo",), opens=SEEN),
    Page("suggestions:commitment_thumbnail", ("commitment photo",), opens=SEEN),
    Page("suggestions:published"),
    Page("suggestions:published_one", ("published suggestion",)),
    Page("suggestions:published_one", ("replied suggestion",), opens=""),
    Page("suggestions:published_file", ("published file",)),
    Page("suggestions:published_file", ("inner file",), opens=""),
    # ---- papers
    _known("suggestions:papers", opens=ASSIGN),
)
ACTIONS: tuple[Action, ...] = (
    # ---- lists
    Action("suggestions:save_filter"),  # one's own
    Action("suggestions:drop_filter", ("saved filter",)),  # another's is left as it is
    Action("suggestions:bulk"),
    _do("suggestions:bulk", may=ASSIGN, do="assign", code="accepted suggestion"),
    _do("suggestions:bulk", may=ASSIGN, do="remind", code="accepted suggestion"),
    _do("suggestions:bulk", may=STAFF, do="session", code="accepted suggestion"),
    _do("suggestions:bulk", may=SEES, do="export", code="accepted suggestion"),
    _do("suggestions:drop_template", "assignment template", may=ASSIGN),
    # ---- after the reply
    _do("suggestions:report_commitment", "commitment", everyone=SEEN, may="unit"),
    _do("suggestions:judge_commitment", "commitment", everyone=SEEN, may="office deputy"),
    _do("suggestions:act", "replied suggestion", "conclude", everyone=SEEN, may="office"),
    _do("suggestions:act", "replied suggestion", "publish", everyone=SEEN, may="office"),
    _do("suggestions:act", "published suggestion", "unpublish", everyone=SEEN, may="office"),
    # ---- papers: the congress is known to everybody
    _do("suggestions:print_many", "list", may="office dispatcher", congress="district", scope="this year"),
    _do("suggestions:print_many", "dispatch", may="office dispatcher", congress="district", scope="this year"),
    _do("suggestions:print_many", "booklet", may="office", congress="district", scope="this year"),
    _do("suggestions:print_many", "report", may="office", congress="district", scope="this year"),
    Action("suggestions:print_one", ("replied suggestion", "form"), may=SEEN),
)
TABLES: tuple[Table, ...] = ()
