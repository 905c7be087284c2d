"""The deputies' part of the table: a deputy has her own, her town's staff theirs, office and leaders all.

A voter's personal data is for those who handle the matter: the deputy and her town's staff, not the office. The records are
those of ``people_world``; their deputy serves in town1.
"""

from __future__ import annotations

from tests.access.table import ANYBODY, DISTRICT, NOBODY, TOWN_OFFICES, WITH_ROLE, Action, Page, Table, but, office_only

TOWN_STAFF = TOWN_OFFICES
ENTER = f"office {TOWN_STAFF} deputy"
OWN = "town1 deputy"
SEEN = f"{DISTRICT} {OWN}"
NOMINATE = f"{DISTRICT} {TOWN_STAFF}"
TERM = ("469901", "8")
DEPUTY = "deputy of town1"


def _among(everyone: str, name: str, *arguments: str, opens: str, posts: str | None = None) -> Page:
    """A page with a form for some of those who know of the record; ``posts`` where not all of them may send it."""
    return Page(name, arguments, opens=opens, refused=but(everyone, opens), posts=opens if posts is None else posts)


def _do(everyone: str, name: str, *arguments: str, may: str, **sends: str) -> Action:
    return Action(name, arguments, may=may, refused=but(everyone, may), sends=sends)


def _of_meeting(name: str, *arguments: str, answer: int = 200) -> Page:
    """A step of a duty report in town1, which everybody with a role knows of."""
    may = "office town1"
    return Page(name, arguments, opens=may, refused=but(WITH_ROLE, may), posts=may, answer=answer)


PAGES: tuple[Page, ...] = (
    Page("deputies:list"),
    _among(ANYBODY, "deputies:deputies_xlsx", opens=f"{DISTRICT} {TOWN_STAFF}", posts=NOBODY),
    Page("deputies:detail", (DEPUTY,), opens=SEEN),
    # ---- dossiers
    Page("deputies:dossier", (DEPUTY,), opens=SEEN),
    _among(ANYBODY, "deputies:dossiers", opens=NOMINATE),
    # ---- register, mandates and terms
    Page("deputies:composition"),
    office_only("deputies:new_deputy", form=True),
    _among(SEEN, "deputies:begin_mandate", DEPUTY, opens="office"),
    _among(SEEN, "deputies:correct_mandate", DEPUTY, *TERM, opens="office"),
    _among(SEEN, "deputies:mandate_step", DEPUTY, *TERM, opens="office"),
    office_only("deputies:terms"),
    Page("deputies:change_of_term", opens="office", refused=but(ANYBODY, "office"), posts="office", answer=422),  # asks for a term
    # ---- groups: known to everyone with a role
    Page("deputies:groups"),
    office_only("deputies:groups_xlsx"),
    _among(ANYBODY, "deputies:new_group", opens=f"office {TOWN_STAFF}"),
    Page("deputies:group", ("group",), opens=WITH_ROLE),
    _among(WITH_ROLE, "deputies:edit_group", "group", opens="office town1"),
    _among(WITH_ROLE, "deputies:close_group", "group", opens="office town1"),
    # ---- the two liaisons
    Page("deputies:liaisons"),
    office_only("deputies:appoint_member", form=True),
    office_only("deputies:liaison_rule", form=True),
    Page("deputies:liaison_member", ("member",), opens=SEEN),
    _among(SEEN, "deputies:dismiss_member", "member", opens="office"),
    Page("deputies:voter_counts"),
    _among(SEEN, "deputies:voters", DEPUTY, opens=f"office {OWN}", posts=OWN),
    Page(
        "deputies:waiting_voters",
        opens=f"office {TOWN_STAFF}",
        refused=but(ANYBODY, "office", TOWN_STAFF),
        posts="office town1",
        sends={"voter": "waiting voter"},
    ),
    # ---- Excel: the kinds that towns may bring in too
    Page(
        "import_start",
        ("contacts",),
        opens=f"office {TOWN_STAFF}",
        refused=but(ANYBODY, "office", TOWN_STAFF),
        posts=f"office {TOWN_STAFF}",
    ),
    Page("import_export", ("contacts",), opens=f"{DISTRICT} {TOWN_STAFF} deputy", refused=but(ANYBODY, DISTRICT, TOWN_STAFF, "deputy")),
    _among(ANYBODY, "import_start", "voter_liaisons", opens=TOWN_STAFF),  # not even the office: voters are the towns' to keep
    Page("import_export", ("voter_liaisons",), opens=f"office {TOWN_STAFF}", refused=but(ANYBODY, "office", TOWN_STAFF)),
    # ---- voter contacts; the phone's own pages tell nothing about anybody
    Page("deputies:contacts"),
    _among(ANYBODY, "deputies:contacts_xlsx", opens=f"{DISTRICT} {TOWN_STAFF} deputy", posts=NOBODY),  # voters masked
    _among(ANYBODY, "deputies:new_contact", opens=ENTER),
    Page("deputies:offline", public=True),
    Page("deputies:manifest", public=True),
    Page("deputies:worker", public=True),
    Page("deputies:icon", ("180",), public=True),
    Page("deputies:contact_session"),
    Page("deputies:contact", ("contact",), opens=SEEN),
    Page("deputies:contact", ("contact with opinions",), opens=SEEN),
    _among(SEEN, "deputies:correct_contact", "contact", opens=OWN),
    Page("deputies:contact_photo", ("contact photo",), opens=SEEN),
    Page("deputies:contact_thumbnail", ("contact photo",), opens=SEEN),
    Page("deputies:contact_drafts"),
    Page("deputies:draft_photo", ("draft photo",), opens=OWN),
    # ---- opinions: a unit sees what it answers for
    Page("deputies:opinions"),
    _among(ANYBODY, "deputies:opinions_xlsx", opens=f"{DISTRICT} {TOWN_STAFF} deputy unit dispatcher", posts=NOBODY),
    _among(ANYBODY, "deputies:record_opinion", opens=ENTER),
    _among(SEEN, "deputies:new_opinion", "contact", opens=f"office {OWN}"),
    Page("deputies:opinion", ("opinion of unit",), opens=f"{SEEN} unit"),
    Page("deputies:opinion", ("opinion of town1",), opens=SEEN),
    # ---- duty reports: told to all with a role, seen to by the town and the office, written by the deputy herself
    Page("deputies:duty_reports"),
    _among(ANYBODY, "deputies:duty_reports_xlsx", opens=WITH_ROLE, posts=NOBODY),
    Page("deputies:duty_coverage", opens=WITH_ROLE, refused="visitor"),
    Page("deputies:duty_deputies"),
    _among(ANYBODY, "deputies:plan_duty_report", opens=f"office {TOWN_STAFF}"),
    Page("deputies:duty_report", ("meeting",), opens=WITH_ROLE),
    _of_meeting("deputies:edit_duty_report", "meeting"),
    _of_meeting("deputies:cancel_duty_report", "meeting"),
    _of_meeting("deputies:hold_duty_report", "meeting"),
    _of_meeting("deputies:duty_tally", "meeting"),
    _of_meeting("deputies:duty_questions", "meeting", "deputy of town1"),
    _of_meeting("deputies:announce_duty_report", "meeting", answer=409),  # the vote is still open
    Page("deputies:duty_report_text", ("meeting", "deputy of town1"), opens=WITH_ROLE, posts="office town1 deputy"),
    Page("deputies:duty_screen", ("meeting",), opens=WITH_ROLE),
    Page("deputies:duty_screen_open", ("meeting", "screen key"), public=True),
    Page("deputies:ballot", ("slip",), public=True, posts=ANYBODY),
    Page("deputies:ballot_thanks", public=True),
    # ---- deeds: once approved, known to everyone with a role
    Page("deputies:deeds"),
    _among(ANYBODY, "deputies:new_deed", opens=ENTER),
    Page("deputies:deed", ("draft deed",), opens=SEEN),
    Page("deputies:deed", ("approved deed",), opens=WITH_ROLE),
    _among(SEEN, "deputies:edit_deed", "draft deed", opens=f"office {OWN}"),
    Page("deputies:deed_photo", ("draft deed photo",), opens=SEEN),
    Page("deputies:deed_thumbnail", ("draft deed photo",), opens=SEEN),
    Page("deputies:deed_photo", ("approved deed photo",), opens=WITH_ROLE),
    # ---- honours and nominations
    Page("deputies:honours", posts="office"),
    _among(ANYBODY, "deputies:honours_xlsx", opens=WITH_ROLE, posts=NOBODY),
    _among(ANYBODY, "deputies:nomination_rounds", opens=NOMINATE, posts="office"),
    _among(ANYBODY, "deputies:nominations", "2026", opens=NOMINATE, posts=NOBODY),
)

ACTIONS: tuple[Action, ...] = (
    _do(ANYBODY, "deputies:hand_over_voters", *TERM, may="office"),
    _do(WITH_ROLE, "deputies:place_in_group", "group", may="office town1"),
    _do(WITH_ROLE, "deputies:leave_group", "group", DEPUTY, may="office town1"),
    _do(SEEN, "deputies:link_deputy", "member", may="office"),
    _do(SEEN, "deputies:unlink_deputy", "member", DEPUTY, may="office"),
    _do(SEEN, "deputies:keep_liaison_record", "member", may="office"),
    _do(SEEN, "deputies:open_liaison_voter", DEPUTY, may=OWN, voter="voter"),
    _do(SEEN, "deputies:end_voter", DEPUTY, may=OWN, voter="voter"),
    _do(SEEN, "deputies:notebook", may=SEEN, deputy=DEPUTY),
    _do(SEEN, "deputies:print_dossier", DEPUTY, may=SEEN),
    _do(SEEN, "deputies:open_voters", "contact", may=OWN),
    _do(SEEN, "deputies:change_voters", "contact", may=OWN),
    _do(SEEN, "deputies:add_contact_photos", "contact", may=OWN),
    _do(SEEN, "deputies:needs_no_opinion", "contact", may=f"office {OWN}"),
    _do(f"{SEEN} unit", "deputies:open_opinion_voters", "opinion of unit", may="unit"),
    _do(OWN, "deputies:drop_contact_draft", "contact draft", may="town1"),
    _do(f"{SEEN} unit", "deputies:opinion_step", "opinion of unit", "pass-on", may=f"office {OWN} unit"),
    _do(f"{SEEN} unit", "deputies:opinion_step", "opinion of unit", "take", may="unit"),
    _do(f"{SEEN} unit", "deputies:opinion_step", "opinion of unit", "answer", may="office unit"),
    _do(f"{SEEN} unit", "deputies:opinion_step", "opinion of unit", "tell", may=f"office {OWN}"),
    _do(f"{SEEN} unit", "deputies:opinion_step", "opinion of unit", "close", may=f"office {OWN}"),
    _do(f"{SEEN} unit", "deputies:opinion_step", "opinion of unit", "reopen", may=f"office {OWN}"),
    _do(SEEN, "deputies:opinion_step", "opinion of town1", "take", may=NOBODY),
    _do(SEEN, "deputies:submit_deed", "draft deed", may=f"office {OWN}"),
    _do(SEEN, "deputies:approve_deed", "submitted deed", may="office"),
    _do(SEEN, "deputies:return_deed", "submitted deed", may="office"),
    _do(WITH_ROLE, "deputies:approve_deed", "approved deed", may="office"),
    _do(ANYBODY, "deputies:nominate", "2026", may=TOWN_STAFF),
    _do(ANYBODY, "deputies:decide_nominations", "2026", may="office"),
    _do(but(ANYBODY, "town2 street1 farm1"), "deputies:examine_nomination", "2026", DEPUTY, may="office"),
    Action(
        "deputies:duty_report_word",
        ("meeting", "deputy of town1"),
        may="office town1 deputy",
        refused=but(WITH_ROLE, "office town1 deputy"),
    ),
    Action("deputies:duty_slips", ("meeting",), may="office town1", refused=but(WITH_ROLE, "office town1")),
    Action("deputies:duty_voting", ("meeting",), may="office town1", refused=but(WITH_ROLE, "office town1")),
)

TABLES: tuple[Table, ...] = (
    Table("deputies_deputy", looks="office", changes="office", adds="office", deletes="office", more={"export": "office"}),
    Table("deputies_electoraldistrict", looks="office", changes="office", adds="office", deletes="office"),
    Table("deputies_ballotaspect", looks="office", changes="office", adds="office"),  # one that meetings use is not deleted
    Table("deputies_dutyreportrule", looks="office", changes="office"),
    Table("deputies_peerrule", looks="office", changes="office"),
    Table("deputies_pointrule", looks="office", changes="office", adds="office", deletes="office"),
    Table("deputies_opinioncategory", looks="office", changes="office", adds="office", deletes="office"),
)
