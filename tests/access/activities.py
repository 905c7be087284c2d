"""The activities' part of the table: one block a topic. The records are those of ``activities_world``."""

from __future__ import annotations

from tests.access.table import ANYBODY, DISTRICT, IN_ROUNDS, NOBODY, TOWN1, WITH_ROLE, Action, Page, Table, but

PLAN = "office town1 town2 street1 farm1"
RUN = "office town1"  # what town1 organises
SEEN = f"{DISTRICT} town1 deputy"


def _known(name: str, *arguments: str, opens: str, everyone: str = WITH_ROLE, posts: str | None = None) -> Page:
    """A page for some of ``everyone`` who knows of the record; ``posts`` where not all of them may send its form."""
    return Page(name, arguments, opens=opens, refused=but(everyone, opens), posts=opens if posts is None else posts)


def _do(name: str, *arguments: str, may: str, everyone: str = WITH_ROLE, **sends: str) -> Action:
    return Action(name, arguments, may=may, refused=but(everyone, may), sends=sends)


PAGES: tuple[Page, ...] = (
    # ---- activities: those who run them, those who are invited, the leaders; a unit sees what was forwarded to it
    Page("activities:list"),
    Page("activities:export"),
    Page("activities:calendar"),
    Page("activities:groups"),
    Page("activities:forwardings"),
    Page("activities:feed", ("feed token",), public=True),
    _known("activities:new", everyone=ANYBODY, opens=PLAN),
    Page("activities:activity", ("planned activity",), opens="office leader town1"),
    Page("activities:activity", ("announced activity",), opens=SEEN),
    Page("activities:activity", ("held activity",), opens=SEEN),
    _known("activities:edit", "announced activity", everyone=SEEN, opens=RUN),
    _known("activities:copy", "announced activity", everyone=SEEN, opens=RUN),
    _known("activities:invite", "announced activity", everyone=SEEN, opens=RUN),
    _known("activities:cancel", "announced activity", everyone=SEEN, opens=RUN),
    _known("activities:attendance", "held activity", everyone=SEEN, opens=RUN),
    _known("activities:minutes", "held activity", everyone=SEEN, opens=RUN),
    _known("activities:forward", "held activity", everyone=SEEN, opens=RUN),
    _known("activities:screen", "announced activity", everyone=SEEN, opens=RUN, posts=NOBODY),
    Page("activities:leave", ("announced activity",), opens="deputy", posts="deputy"),
    Page("activities:signed_in", ("held activity",), opens="deputy"),
    Page("activities:sign_in", ("announced activity", "stale"), posts=ANYBODY, answer=409),  # the code is no longer good
    Page("activities:file", ("activity photo",), opens=f"{SEEN} unit"),
    Page("activities:thumbnail", ("activity photo",), opens=f"{SEEN} unit"),
    Page("activities:forwarding", ("held activity", "JTJ"), opens=f"{SEEN} unit", posts="office unit"),
    # ---- training: the plan is told to everyone with a role; town staff see to their town's batches
    Page("activities:training"),
    _known("activities:new_batch", everyone=ANYBODY, opens=PLAN),
    Page("activities:batch", ("training batch",), opens=WITH_ROLE),
    _known("activities:edit_batch", "training batch", opens="office town1"),
    _known("activities:remove_batch", "training batch", opens="office town1"),
    _known("activities:invite_untrained", "training batch", opens="office town1"),
    Page("activities:training_coverage"),
    Page("activities:training_deputies"),
    Page("activities:training_deputies_xlsx"),
    Page("activities:training_hours", ("deputy of town1",), opens=f"{DISTRICT} town1 deputy"),
    _known("activities:learning", everyone=ANYBODY, opens="deputy", posts=NOBODY),
    Page("activities:materials"),
    _known("activities:new_material", everyone=ANYBODY, opens=PLAN),
    Page("activities:material", ("material",), opens=WITH_ROLE),
    Page("activities:material", ("material to come",), opens="office town1"),
    _known("activities:edit_material", "material", opens="office town1"),
    _known("activities:remove_material", "material", opens="office town1"),
    Page("activities:material_file", ("material file",), opens=WITH_ROLE),
    # ---- plans: a draft is the district's own matter; once adopted, everyone with a role reads it
    Page("activities:plans", posts="office"),
    Page("activities:plan", ("adopted plan",), opens=WITH_ROLE),
    Page("activities:plan", ("draft plan",), opens=DISTRICT),
    Page("activities:plan_item", ("adopted plan", "1"), opens=WITH_ROLE, posts="office"),
    _known("activities:plan_preface", "draft plan", everyone=DISTRICT, opens="office"),
    _known("activities:new_plan_item", "draft plan", everyone=DISTRICT, opens="office"),
    _known("activities:edit_plan_item", "draft plan", "1", everyone=DISTRICT, opens="office"),
    _known("activities:remove_plan_item", "draft plan", "1", everyone=DISTRICT, opens="office"),
    _known("activities:adopt_plan", "draft plan", everyone=DISTRICT, opens="office"),
    _known("activities:reopen_plan", "adopted plan", opens="office"),
    # ---- duties: a town's for its staff, a deputy's for herself; the district sees all
    Page("activities:duties"),
    Page("activities:duty_rows"),
    Page("activities:duty_rows_xlsx"),
    Page("activities:duty_matrix"),
    Page("activities:duty_rule", ("receptions",), opens=WITH_ROLE),
    Page("activities:duty_subject", ("six-topics", TOWN1), opens=f"{DISTRICT} town1"),
    Page("activities:duty_subject", ("voter-contacts", "deputy of town1"), opens=f"{DISTRICT} town1 deputy"),
    # ---- receptions: days and rotas hang on the wall; a rota's draft is for those who draw it
    Page("activities:receptions"),
    _known("activities:my_receptions", everyone=ANYBODY, opens="deputy", posts=NOBODY),
    _known("activities:reception_wishes", everyone=ANYBODY, opens=f"{PLAN} deputy", posts="deputy"),  # staff choose whose first
    _known("activities:reception_schedules", everyone=ANYBODY, opens=PLAN),
    _known("activities:rotas", everyone=ANYBODY, opens=f"{PLAN} leader", posts=NOBODY),
    _known("activities:new_rota", everyone=ANYBODY, opens=PLAN),
    Page("activities:rota", ("rota",), opens=f"{DISTRICT} town1"),
    _known("activities:adopt_rota", "rota", everyone=f"{DISTRICT} town1", opens=RUN),
    _known("activities:adjust_rota", "rota", "PT-11", "rota month", everyone=f"{DISTRICT} town1", opens=RUN),
    Page("activities:reception", ("reception to come",), opens=WITH_ROLE),
    _known("activities:cancel_reception", "reception to come", opens=RUN),
    _known("activities:reception_duties", "reception to come", opens=RUN),
    _known("activities:ask_swap", "reception to come", opens="deputy"),
    _known("activities:reception_window", "reception today", opens=f"{RUN} deputy"),
    _known("activities:hold_reception", "reception today", opens=f"{RUN} deputy"),
    # ---- forums
    Page("activities:forums"),
    Page("activities:forum_items"),
    _known("activities:new_forum", opens=PLAN, everyone=ANYBODY),
    Page("activities:forum", ("collecting forum",), opens="office leader town1 deputy"),
    Page("activities:forum", ("held forum",), opens="office leader town1 deputy unit"),
    Page("activities:forum", ("sent forum",), opens="office leader town1 deputy unit dispatcher"),
    _known("activities:edit_forum", "collecting forum", opens="office town1", everyone="office leader town1 deputy"),
    _known("activities:cancel_forum", "collecting forum", opens="office town1", everyone="office leader town1 deputy"),
    _known("activities:arrange_forum", "collecting forum", opens="office town1", everyone="office leader town1 deputy"),
    _known("activities:send_in", "collecting forum", opens="office town1 deputy", everyone="office leader town1 deputy"),
    Page("activities:forum_item", ("collecting item",), opens="office leader town1 deputy"),
    Page("activities:forum_item", ("sent item",), opens="office leader town1 deputy unit dispatcher"),
    _known("activities:forum_minutes", "held item", opens="office town1", everyone="office leader town1 deputy unit"),
    _known("activities:withdraw_forum_item", "collecting item", opens="office town1 deputy", everyone="office leader town1 deputy"),
    # ---- booklets
    _known("activities:booklets", opens=IN_ROUNDS, posts=NOBODY, everyone=ANYBODY),
    _known("activities:unit_booklets", TOWN1, opens=IN_ROUNDS, posts=NOBODY, everyone=ANYBODY),
    _known("activities:bookshelf", "PT-11", opens=IN_ROUNDS, posts=NOBODY, everyone=ANYBODY),
    _known("activities:bookshelf_summary", "PT-11", opens=IN_ROUNDS, posts=NOBODY, everyone=ANYBODY),
    _known("activities:volume", "PT-11", "town-books.16", opens="office leader town1", posts=NOBODY, everyone=ANYBODY),
    Page("activities:paper_photo", ("paper photo",), opens="office leader town1"),
    Page("activities:paper_thumbnail", ("paper photo",), opens="office leader town1"),
    _known("activities:remove_paper_photo", "paper photo", opens="office town1", everyone="office leader town1"),
)

ACTIONS: tuple[Action, ...] = (
    # ---- activities
    _do("activities:announce", "announced activity", everyone=SEEN, may=RUN),
    _do("activities:hold", "held activity", everyone=SEEN, may=RUN),
    _do("activities:close", "held activity", everyone=SEEN, may=RUN),
    _do("activities:uninvite", "announced activity", everyone=SEEN, may=RUN, deputy="deputy of town1"),
    _do("activities:decide_leave", "announced activity", "deputy of town1", everyone=SEEN, may=RUN),
    _do("activities:add_files", "held activity", everyone=SEEN, may=RUN),
    _do("activities:remove_file", "activity photo", everyone=f"{SEEN} unit", may=RUN),
    _do("activities:print", "announced activity", "activity_notice", everyone=SEEN, may=RUN),
    Action("activities:sign_up", ("announced activity",), may="deputy"),
    Action("activities:rate", ("held activity",), may="deputy"),
    Action("activities:replace_feed"),
    # ---- training
    _do("activities:read_material", "material", may="deputy"),
    _do("activities:test_material", "material with a test", may="deputy"),
    _do("activities:remove_material_file", "material file", may="office town1"),
    # ---- plans
    _do("activities:move_plan_item", "draft plan", "1", everyone=DISTRICT, may="office"),
    _do("activities:tell_plan", "adopted plan", may="office"),
    _do("activities:publish_plan", "adopted plan", may="office"),
    _do("activities:print_plan", "adopted plan", may="office"),
    _do("activities:release_plan_item", "adopted plan", "1", "activity of the plan", may="office"),
    # ---- duties
    # ---- receptions
    _do("activities:announce_reception", "reception to come", may=RUN),
    _do("activities:print_rota", everyone=ANYBODY, may=WITH_ROLE, platform="PT-11", year="2026"),
    _do("activities:answer_swap", "reception of a colleague", "colleague", "agree", everyone=SEEN, may="deputy"),
    _do("activities:answer_swap", "reception of a colleague", "colleague", "refuse", everyone=SEEN, may="deputy"),
    _do("activities:answer_swap", "reception of a colleague", "colleague", "withdraw", everyone=SEEN, may=NOBODY),
    # ---- forums
    _do("activities:forum_step", "collecting forum", "hold", may="office town1", everyone="office leader town1 deputy"),
    _do("activities:forum_step", "held forum", "send", may="office town1", everyone="office leader town1 deputy unit"),
    _do("activities:print_forum", "collecting forum", "agenda", may="office town1", everyone="office leader town1 deputy"),
    _do(
        "activities:forum_item_step",
        "sent item",
        "feedback",
        may="office town1 unit",
        everyone="office leader town1 deputy unit dispatcher",
    ),
    _do("activities:forum_item_step", "sent item", "assign", may="office town1", everyone="office leader town1 deputy unit dispatcher"),
    _do("activities:forum_item_step", "collecting item", "text", may="office town1 deputy", everyone="office leader town1 deputy"),
    # ---- booklets
    _do("activities:print_volume", "PT-11", "town-books.16", may="office leader town1", everyone=ANYBODY),
    _do("activities:print_bookshelf", "PT-11", may="office leader town1", everyone=ANYBODY),
    _do("activities:print_unit_booklets", TOWN1, may="office leader town1", everyone=ANYBODY),
    _do("activities:tick_paper", "PT-11", "town-books.16", may="office town1", everyone=ANYBODY),
)

TABLES: tuple[Table, ...] = (
    # ---- activities
    Table("activities_theme", looks="office", changes="office", adds="office", deletes="office"),
    Table("activities_activityrule", looks="office", changes="office"),  # one row
    # ---- training
    # ---- plans
    # ---- duties
    Table("activities_dutyrule", looks="office", changes="office", adds="office"),
    # ---- receptions
    # ---- forums
    # ---- booklets
    Table("activities_booklet", looks="office", changes="office", adds="office", deletes="office"),
)
