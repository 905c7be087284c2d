"""The table: every address, and what each person gets there; ``people`` and ``activities`` have their apps' parts of it.

``PAGES`` answer GET: 200 (or ``answer``) for those in ``opens``, 403 for those in ``refused``, 404 for everybody else, who
may not even know that there is something. ``posts`` may send the page's form; a page without a form takes none.
``ACTIONS`` take POST only: ``may`` do it, ``refused`` get 403, the others 404. Somebody who is not signed in is led to
the sign-in page everywhere but at ``public`` addresses. ``sends`` is what a POST names its record by, where the address does
not. Words in arguments, and in what is sent, are keys of ``World.keys`` or written as they are.
"""

from __future__ import annotations

from dataclasses import dataclass, field

PERSONAS = "office leader town1 town2 street1 farm1 assessor deputy dispatcher unit sysadmin secadmin auditor visitor"
TOWN_OFFICES = "town1 town2 street1 farm1"
TOWNS = "town1 town2 street1 farm1 assessor"  # all who score in some round; the assessor works for town2
DISTRICT = "office leader"
IN_ROUNDS = f"{DISTRICT} {TOWNS}"
WITH_ROLE = PERSONAS.removesuffix(" visitor")
ANYBODY = PERSONAS
NOBODY = ""
TOWN1, TOWN2 = "469901101", "469901102"
NO_FILE_YET = 409  # the address leads somewhere, but the worker has not been there


def but(everyone: str, *without: str) -> str:
    return " ".join(name for name in everyone.split() if name not in " ".join(without).split())


@dataclass(frozen=True)
class Page:
    name: str
    arguments: tuple[str, ...] = ()
    opens: str = ANYBODY
    refused: str = NOBODY
    posts: str = NOBODY
    answer: int = 200
    public: bool = False
    sends: dict[str, str] = field(default_factory=dict)


@dataclass(frozen=True)
class Action:
    name: str
    arguments: tuple[str, ...] = ()
    may: str = ANYBODY
    refused: str = NOBODY
    public: bool = False
    sends: dict[str, str] = field(default_factory=dict)


def office_only(name: str, *arguments: str, form: bool = False) -> Page:
    return Page(name, arguments, opens="office", refused=but(ANYBODY, "office"), posts="office" if form else NOBODY)


def _told(name: str, *arguments: str) -> Page:
    """What a bulletin tells: everyone with a role."""
    return Page(name, arguments, opens=WITH_ROLE)


def _in_round(name: str, *arguments: str, opens: str, posts: str = NOBODY) -> Page:
    """A page of a round under way: those who work in it know that it is there."""
    return Page(name, arguments, opens=opens, refused=but(IN_ROUNDS, opens), posts=posts)


def _of_town1(name: str, *arguments: str, opens: str, posts: str = NOBODY) -> Page:
    """A page about town1 in a round under way: known to the district, to town1 and to town2, which assesses it."""
    return Page(name, arguments, opens=opens, refused=but("office leader town1 town2 assessor", opens), posts=posts)


PAGES: tuple[Page, ...] = (
    # ---- the ground floor
    Page("home"),
    Page("search"),
    Page("todo_count"),
    Page("notices"),
    Page("open_notice", ("town1 notice",), opens="town1", answer=302),
    Page("me"),
    Page("seal", public=True),
    Page("healthz", public=True),
    Page("areas"),
    Page("organisations"),
    Page("audit", answer=302, posts=ANYBODY),  # leads into the staff admin, which decides
    # ---- documents: a bulletin is told to all with a role, a unit's report to the unit
    Page("document_batches"),
    Page("document_batch", ("batch",), opens=WITH_ROLE),
    Page("document_archive", ("batch",), opens=WITH_ROLE, answer=NO_FILE_YET),
    Page("document", ("batch", "document bulletin"), opens=WITH_ROLE, answer=NO_FILE_YET),
    Page("document", ("batch", "document score_table"), opens=WITH_ROLE, answer=NO_FILE_YET),
    Page("document", ("batch", "document bulletin_word"), opens=DISTRICT, answer=NO_FILE_YET),
    Page("document", ("batch", f"document area_report {TOWN1}"), opens=f"{DISTRICT} town1", answer=NO_FILE_YET),
    Page("document", ("batch", "document platform_sheet PT-11"), opens=f"{DISTRICT} town1", answer=NO_FILE_YET),
    # ---- Excel in and out
    Page("imports", opens=f"office {TOWN_OFFICES}", refused=but(ANYBODY, "office", TOWN_OFFICES)),  # towns: what they keep themselves
    office_only("import_start", "areas", form=True),
    office_only("import_template", "areas"),
    office_only("import_export", "areas"),
    office_only("import_preview", "areas", "upload", form=True),
    office_only("import_rejected", "areas", "upload"),
    # ---- platforms and standards
    Page("platforms:list"),
    Page(
        "platforms:new",
        opens="office town1 town2 street1 farm1",
        refused=but(ANYBODY, "office town1 town2 street1 farm1"),
        posts="office town1 town2 street1 farm1",
    ),
    Page("platforms:detail", ("PT-11",), opens=WITH_ROLE),
    Page("platforms:edit", ("PT-11",), opens="office town1", refused=but(WITH_ROLE, "office town1"), posts="office town1"),
    Page("platforms:check", ("PT-11", "ten-haves.1"), opens=WITH_ROLE, posts="office town1"),
    Page("platforms:standards"),
    Page("platforms:standards_xlsx"),
    Page("platforms:evidence", ("platform photo",), opens=WITH_ROLE),
    Page("platforms:evidence_thumbnail", ("platform photo",), opens=WITH_ROLE),
    Page("platforms:evidence", ("score photo",), opens="office leader town1 town2 assessor"),
    Page("platforms:evidence_thumbnail", ("score photo",), opens="office leader town1 town2 assessor"),
    Page(
        "platforms:delete_evidence", ("platform photo",), opens="office town1", refused=but(WITH_ROLE, "office town1"), posts="office town1"
    ),
    Page("platforms:delete_evidence", ("score photo",), opens="office town2", refused="leader town1 assessor", posts="office town2"),
    # ---- rounds: running ones are for those who work in them, published ones for all with a role
    Page("platforms:rounds"),
    office_only("platforms:open_round", form=True),
    Page("platforms:round", ("2026Q4",), opens=IN_ROUNDS),
    _told("platforms:round", "2025Q4"),
    _told("platforms:round_documents", "2025Q4"),
    _in_round("platforms:redraw", "2026Q4", opens="office", posts="office"),
    Page("platforms:redraw", ("2025Q4",), opens=NOBODY, refused=WITH_ROLE),
    _in_round("platforms:deadlines", "2026Q4", opens="office", posts="office"),
    _in_round("platforms:ranking", "2026Q2", opens=DISTRICT),
    _in_round("platforms:round_items", "2026Q2", opens=DISTRICT),
    _told("platforms:round_items", "2025Q4"),
    _in_round("platforms:round_item", "2026Q2", "A1", opens=DISTRICT),
    _told("platforms:round_item", "2025Q4", "A1"),
    _in_round("platforms:departures", "2026Q2", opens=DISTRICT),
    _told("platforms:departures", "2025Q4"),
    _of_town1("platforms:round_area", "2026Q4", TOWN1, opens="office leader town1 town2 assessor"),
    _told("platforms:round_area", "2025Q4", TOWN1),
    _of_town1("platforms:adjust_assignment", "2026Q4", TOWN1, opens="office", posts="office"),
    _of_town1("platforms:sheet", "2026Q3", "PT-11", opens="office leader town1 town2 assessor"),
    _told("platforms:sheet", "2025Q4", TOWN1),
    # ---- scoring: one's own while self-scoring, another's while cross-scoring, never the other way round
    _of_town1("platforms:self_sheet", "2026Q4", TOWN1, opens="town1", posts="town1"),
    _of_town1("platforms:self_sheet", "2026Q3", TOWN1, opens=NOBODY),
    _of_town1("platforms:self_item", "2026Q4", "PT-11", "P1", opens="town1", posts="town1"),
    _of_town1("platforms:score_sheet", "2026Q3", "PT-11", opens="town2 assessor"),
    _of_town1("platforms:score_sheet", "2026Q4", "PT-11", opens=NOBODY),
    _of_town1("platforms:score_item", "2026Q3", TOWN1, "A1", opens="town2 assessor", posts="town2 assessor"),
    _of_town1("platforms:score_item", "2026Q4", TOWN1, "A1", opens=NOBODY),
    _of_town1("platforms:score_item", "2026Q2", TOWN1, "A1", opens=NOBODY),
    # ---- after scoring
    _in_round("platforms:sign_off", "2026Q2", opens="leader", posts="leader"),
    _in_round("platforms:review", "2026Q2", TOWN1, opens="leader", posts="leader"),
    _in_round("platforms:deductions", "2026Q2", opens=DISTRICT, posts="office"),
    _told("platforms:deductions", "2025Q4"),
    _in_round("platforms:remove_deduction", "2026Q2", TOWN1, "false", "1", opens="office", posts="office"),
    _in_round("platforms:objections", "2026Q1", opens=IN_ROUNDS),
    _of_town1("platforms:objection", "2026Q1", TOWN1, "A1", opens="office leader town1 town2 assessor", posts="town1"),
    _of_town1("platforms:objection", "2026Q1", TOWN1, "A2", opens="town1", posts="town1"),
    _in_round("platforms:publish", "2026Q1", opens="office", posts="office"),
    Page("platforms:correct", ("2025Q4",), opens="office", refused=but(WITH_ROLE, "office"), posts="office"),
    # ---- what must be put right: the unit, the district, and whoever assesses the unit next
    Page("platforms:rectifications"),
    Page("platforms:rectification", ("waiting rectification",), opens="office leader town1 town2 assessor"),
)

ACTIONS: tuple[Action, ...] = (
    Action("read_notices"),
    Action("display", public=True),
    Action("document_retry", ("batch",), may=DISTRICT, refused=but(WITH_ROLE, DISTRICT)),
    Action("platforms:add_photos", ("PT-11",), may="office town1", refused=but(WITH_ROLE, "office town1")),
    Action("platforms:meet_all", ("PT-11",), may="office town1", refused=but(WITH_ROLE, "office town1")),
    Action("platforms:submit_self", ("2026Q4", TOWN1), may="town1", refused="office leader town2 assessor"),
    Action("platforms:submit_cross", ("2026Q3", TOWN1), may="town2 assessor", refused="office leader town1"),
    Action("platforms:add_score_photos", ("2026Q4", TOWN1, "A1"), may="town1", refused="office leader town2 assessor"),
    Action("platforms:add_score_photos", ("2026Q3", TOWN1, "A1"), may="town2 assessor", refused="office leader town1"),
    Action("platforms:decide_objection", ("2026Q1", TOWN1, "A1"), may="office", refused="leader town1 town2 assessor"),
    Action("platforms:report_rectification", ("waiting rectification",), may="town1", refused="office leader town2 assessor"),
    Action("platforms:verify_rectification", ("reported rectification",), may="office town2 assessor", refused="leader town1"),
    Action("platforms:return_rectification", ("reported rectification",), may="office town2 assessor", refused="leader town1"),
)


@dataclass(frozen=True)
class Table:
    """A table of the staff admin. Those who may not even look get 403; the admin hides nothing but itself."""

    model: str
    looks: str
    changes: str = NOBODY
    adds: str = NOBODY
    deletes: str = NOBODY
    more: dict[str, str] = field(default_factory=dict)  # addresses of its own beside the usual five, and who opens them


TABLES: tuple[Table, ...] = (
    Table("congress_user", looks="sysadmin secadmin", changes="sysadmin", adds="sysadmin"),
    Table("congress_rolegrant", looks="secadmin", changes="secadmin", adds="secadmin"),
    Table("congress_auditentry", looks="auditor", more={"export": "auditor"}),
    Table("congress_area", looks="office", changes="office", adds="office", deletes="office", more={"export": "office"}),
    Table("congress_organisation", looks="office secadmin", changes="office", adds="office", deletes="office", more={"export": "office"}),
    Table(
        "congress_calendarday",
        looks="office",
        changes="office",
        adds="office",
        deletes="office",
        more={"notice": "office", "range": "office"},
    ),
    Table("congress_congress", looks="office", changes="office", adds="office", deletes="office"),
    Table("congress_term", looks="office", changes="office", adds="office", deletes="office"),
    Table("congress_session", looks="office", changes="office", adds="office", deletes="office"),
    Table("platforms_platform", looks="office", changes="office", adds="office", more={"export": "office"}),
    Table("platforms_standard", looks="office", changes="office", adds="office"),  # a version is replaced, never deleted
    Table("platforms_scoretable", looks="office", changes="office", adds="office", deletes="office"),
)
