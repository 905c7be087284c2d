"""The suggestions' part of the table: one block a topic. The records are those of ``suggestions_world``; their proposer serves in
town1, and the unit has what was assigned."""

from __future__ import annotations

from tests.access.table import ANYBODY, DISTRICT, TOWN_OFFICES, Action, Page, Table, but

STAFF = f"office {TOWN_OFFICES}"
ASSIGN = f"{STAFF} dispatcher"
SEES = f"{ASSIGN} leader deputy unit"
SEEN = "office leader town1 deputy dispatcher unit"  # who knows of one that was assigned to the unit
HANDED_IN = "office leader town1 deputy"  # who knows of one that was handed in and not accepted yet
REPORTS = "office leader dispatcher unit"

IN_UNITS = f"unit dispatcher {TOWN_OFFICES}"  # whoever may work for an organisation that can be given a suggestion


def _known(name: str, *arguments: str, opens: str, everyone: str = ANYBODY, posts: str = "") -> Page:
    """A page for some of ``everyone`` who knows of the record."""
    return Page(name, arguments, opens=opens, refused=but(everyone, opens), posts=posts)


def _do(name: str, *arguments: str, may: str, everyone: str = ANYBODY, **sends: str) -> Action:
    return Action(name, arguments, may=may, refused=but(everyone, may), sends=sends)


PAGES: tuple[Page, ...] = (
    # ---- proposing and examining: a draft is its author's alone; what was handed in is the organ's, and known in her town
    _known("suggestions:new", opens=f"{STAFF} deputy", posts=f"{STAFF} deputy"),
    Page("suggestions:similar"),  # each finds what each may read
    Page("suggestions:detail", ("own draft",), opens="deputy"),
    Page("suggestions:detail", ("submitted suggestion",), opens=HANDED_IN),
    Page("suggestions:detail", ("part in hand",), opens=SEEN),
    Page("suggestions:edit", ("own draft",), opens="deputy", posts="deputy"),
    Page("suggestions:versions", ("own draft",), opens="deputy"),
    _known("suggestions:versions", "submitted suggestion", everyone=HANDED_IN, opens="office deputy"),
    _known("suggestions:examine", "submitted suggestion", everyone=HANDED_IN, opens="office", posts="office"),
    Page("suggestions:file", ("file of the draft",), opens="deputy"),
    # ---- lists
    Page("suggestions:list"),
    _known("suggestions:list_xlsx", opens=SEES),
    _known("suggestions:assign", opens=ASSIGN, posts=ASSIGN),
    _known("suggestions:requests", opens=STAFF),
    _known("suggestions:templates", opens=ASSIGN),
    _known("suggestions:new_template", opens=ASSIGN, posts=ASSIGN),
    _known("suggestions:template", "assignment template", opens=ASSIGN, posts=ASSIGN),
    # ---- supervision: whoever sees the suggestion sees how it is supervised
    Page("suggestions:key"),
    _known("suggestions:choose_key", opens=DISTRICT, posts=DISTRICT),
    _known("suggestions:key_mine", opens="leader"),
    Page("suggestions:supervision", ("key suggestion",), opens=SEEN, posts=DISTRICT),
    _known("suggestions:supervision_event", "key suggestion", "supervision event", everyone=SEEN, opens=DISTRICT, posts=DISTRICT),
    Page("suggestions:supervision_photo", ("supervision photo",), opens=SEEN),
    Page("suggestions:supervision_thumbnail", ("supervision photo",), opens=SEEN),
    _known("suggestions:drop_supervision_photo", "supervision photo", everyone=SEEN, opens=DISTRICT, posts=DISTRICT),
    # ---- the year's end: the district's, and each unit's own report
    _known("suggestions:figures", opens=DISTRICT),
    _known("suggestions:appraisal", opens=DISTRICT),
    _known("suggestions:appraisal_xlsx", opens=DISTRICT),
    _known("suggestions:settle_appraisal", "this year", opens="office", posts="office"),
    _known("suggestions:reopen_appraisal", "this year", opens="office", posts="office"),
    _known("suggestions:checks", "this year", opens=DISTRICT, posts=DISTRICT),
    _known("suggestions:reports", opens=REPORTS),
    _known("suggestions:report", "this year", "JTJ", opens=REPORTS, posts="office unit"),
    Page("suggestions:report_file", ("unit report",), opens=REPORTS),
    # ---- units: their own parts; the answer is the unit's until it is sent, then told to those it concerns
    _known("suggestions:inbox", opens=IN_UNITS),
    _known("suggestions:progress", opens=f"{ASSIGN} leader"),
    _known("suggestions:reply", "part in hand", everyone=SEEN, opens="unit", posts="unit"),
    _known("suggestions:reply", "part before the signer", everyone=SEEN, opens="unit", posts="unit"),
    Page("suggestions:reply_file", ("file of a draft",), opens="unit"),
    Page("suggestions:reply_file", ("file of an answer",), opens="office leader deputy dispatcher unit"),
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
    # ---- proposing and examining
    Action("suggestions:autosave", ("own draft",), may="deputy"),
    Action("suggestions:drop_file", ("file of the draft",), may="deputy"),
    Action("suggestions:act", ("own draft", "submit"), may="deputy"),
    _do("suggestions:act", "submitted suggestion", "withdraw", everyone=HANDED_IN, may="deputy"),
    _do(
        "suggestions:from_opinion",
        "opinion of town1",
        everyone="office leader town1 deputy",
        may="office town1 deputy",
        seat="seat of who told it",
    ),
    # ---- lists
    Action("suggestions:save_filter"),  # one's own
    Action("suggestions:drop_filter", ("saved filter",)),  # another's is left as it is
    Action("suggestions:bulk"),
    _do("suggestions:bulk", may=ASSIGN, do="assign", code="accepted suggestion"),
    _do("suggestions:bulk", may=ASSIGN, do="remind", code="accepted suggestion"),
    _do("suggestions:bulk", may=STAFF, do="session", code="accepted suggestion"),
    _do("suggestions:bulk", may=SEES, do="export", code="accepted suggestion"),
    _do(
        "suggestions:from_forum",
        "told at a forum",
        may="office town1 deputy",
        everyone="office leader town1 deputy unit dispatcher",
        seat="seat of who told it",
    ),
    _do("suggestions:drop_template", "assignment template", may=ASSIGN),
    # ---- units
    _do("suggestions:take", may=IN_UNITS),
    _do("suggestions:urge", may=ASSIGN),
    _do("suggestions:autosave_reply", "part in hand", everyone=SEEN, may="unit"),
    _do("suggestions:sign_reply", "part before the signer", everyone=SEEN, may="unit"),
    _do("suggestions:give_back_reply", "part before the signer", everyone=SEEN, may="unit"),
    Action("suggestions:drop_reply_file", ("file of a draft",), may="unit"),
    Action("suggestions:mark_reply_file", ("file of an answer",), may="office unit", refused="leader deputy dispatcher"),
    _do("suggestions:act", "part to sign for", "sign", everyone=SEEN, may="unit"),
    _do("suggestions:act", "part to sign for", "claim", everyone=SEEN, may="unit"),
    _do("suggestions:act", "part to sign for", "ask-return", everyone=SEEN, may="unit"),
    _do("suggestions:act", "part in hand", "hand-over", everyone=SEEN, may="unit"),
    _do("suggestions:act", "part in hand", "consult", everyone=SEEN, may="unit"),
    _do("suggestions:act", "part in hand", "ask-extension", everyone=SEEN, may="unit"),
    _do("suggestions:act", "part in hand", "urge", everyone=SEEN, may="office dispatcher"),
    _do("suggestions:act", "part in hand", "pause", everyone=SEEN, may="office"),
    _do("suggestions:act", "part in hand", "resume", everyone=SEEN, may="office"),
    _do("suggestions:act", "part with a talk", "confirm-consultation", everyone=SEEN, may="deputy"),
    _do("suggestions:act", "part in support", "opinion", everyone=f"{SEEN} town2", may="unit"),  # town2's presidium leads
    _do("suggestions:act", "part of a unit that is gone", "replace-unit", everyone=but(SEEN, "unit"), may="office dispatcher"),
    # ---- after the reply
    _do("suggestions:publish_many", may=STAFF),
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
TABLES: tuple[Table, ...] = (
    # ---- settings
    Table("suggestions_ruleprofile", looks="office", changes="office"),
    Table("suggestions_replyscheme", looks="office", changes="office", adds="office"),
    Table("suggestions_suggestioncategory", looks="office", changes="office", adds="office", deletes="office"),
    Table("suggestions_ground", looks="office", changes="office", adds="office", deletes="office"),
    Table("suggestions_assignmenttemplate", looks="office", changes="office", adds="office", deletes="office"),
)
