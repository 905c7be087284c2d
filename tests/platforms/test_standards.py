"""Standards in versions, and checking platforms against them."""

import pytest

from congress.errors import DomainError
from congress.models import AuditEntry
from congress.services.audit import SYSTEM
from platforms.defaults.standards import STANDARDS
from platforms.enums import CheckState, StandardScope
from platforms.models import Evidence, Standard, StandardCheck, StandardItem
from platforms.services.standards import ItemData, create_standard, meet_all, new_version, revise_standard, set_check, ship_standards
from platforms.standing import standing_of, tallies, tallies_of
from tests.factories import PlatformFactory, StandardCheckFactory, StandardFactory, StandardItemFactory

pytestmark = pytest.mark.django_db


def keys_for(platform) -> list[str]:
    return [standard.key for standard in Standard.objects.applying_to(platform)]


def test_the_shipped_standards_have_the_numbers_of_their_names():
    sizes = {each.key: len(each.items) for each in STANDARDS}
    assert sizes == {
        "ten-haves": 10,
        "two-displays": 2,
        "town-books": 1 + 1 + 8 + 6,
        "subdistrict-books": 1 + 1 + 6 + 4,
        "village-books": 1 + 5 + 3,
        "four-norms": 4 + 4,
    }
    for each in STANDARDS:
        assert each.source
        for item in each.items:
            assert 2 <= len(item.short_name) <= 4
            assert item.requirement.endswith("。") and len(item.requirement) <= 300
        assert len({item.short_name for item in each.items}) == len(each.items)


def test_the_migration_shipped_them_and_shipping_again_adds_none():
    assert Standard.objects.current().count() == len(STANDARDS)
    assert StandardItem.objects.get(code="ten-haves.6").name == "有经费"
    assert ship_standards(actor=SYSTEM) == 0
    Standard.objects.get(key="four-norms").delete()
    assert ship_standards(actor=SYSTEM) == 1
    assert AuditEntry.objects.filter(action="platforms.ship_standards").count() == 1


def test_what_applies_follows_the_kind_of_area(district):
    village, street, farm, town = (
        PlatformFactory(area=area) for area in (district.villages[1], district.street1, district.farm1, district.town1)
    )
    assert keys_for(village) == ["ten-haves", "two-displays", "village-books"]
    assert keys_for(street) == ["ten-haves", "two-displays", "subdistrict-books"]
    assert keys_for(town) == keys_for(farm) == ["ten-haves", "two-displays", "town-books"]
    marked = PlatformFactory(area=district.villages[0], is_demonstration=True)
    assert keys_for(marked) == ["ten-haves", "two-displays", "village-books", "four-norms"]


def item(code: str) -> StandardItem:
    return StandardItem.objects.get(code=code, standard__is_current=True)


def test_a_check_says_who_and_when_and_the_same_again_changes_nothing(district, personas):
    platform = PlatformFactory(area=district.villages[1])
    first = set_check(actor=personas.town1, platform=platform, item=item("ten-haves.6"), state=CheckState.NOT_YET, note=" 未见专款台账 ")
    again = set_check(actor=personas.office, platform=platform, item=item("ten-haves.6"), state=CheckState.NOT_YET, note="未见专款台账")
    assert (first.note, first.checked_by) == ("未见专款台账", personas.town1)
    assert (again.pk, again.checked_by, again.checked_at) == (first.pk, personas.town1, first.checked_at)
    entry = AuditEntry.objects.get(action="platforms.set_check")
    assert entry.changes == {"item": [None, "ten-haves.6"], "state": [None, "not_yet"], "note": ["", "未见专款台账"]}
    later = set_check(actor=personas.office, platform=platform, item=item("ten-haves.6"), state=CheckState.MET)
    assert (later.pk, later.state, later.note, later.checked_by) == (first.pk, CheckState.MET, "", personas.office)


def test_an_item_of_another_kind_of_platform_is_refused(district, personas):
    platform = PlatformFactory(area=district.villages[1])
    with pytest.raises(DomainError, match="不是“.*”现行适用的标准，请刷新后再看。"):
        set_check(actor=personas.office, platform=platform, item=item("town-books.3"), state=CheckState.MET)
    with pytest.raises(ValueError):
        set_check(actor=personas.office, platform=platform, item=item("ten-haves.1"), state="perhaps")
    assert not StandardCheck.objects.exists()


def test_all_met_at_once_and_again_none(district, personas):
    platform = PlatformFactory(area=district.villages[1])
    kept = set_check(actor=personas.town1, platform=platform, item=item("ten-haves.1"), state=CheckState.MET, note="2026年建")
    set_check(actor=personas.town1, platform=platform, item=item("ten-haves.2"), state=CheckState.PARTLY, note="偏小")
    assert meet_all(actor=personas.office, platform=platform) == 20
    assert meet_all(actor=personas.office, platform=platform) == 0
    assert standing_of(platform).sentence == " 21 项标准全部达标"
    kept.refresh_from_db()
    assert (kept.note, kept.checked_by) == ("2026年建", personas.town1)
    entry = AuditEntry.objects.get(action="platforms.meet_all")
    assert len(entry.changes) == 20 and entry.changes["ten-haves.2"] == ["partly", "met"]


def test_a_new_version_takes_the_checks_and_their_evidence_over(district, personas):
    old = Standard.objects.get(key="two-displays")
    platform = PlatformFactory(area=district.town1)
    first = StandardCheckFactory(platform=platform, item=item("two-displays.1"))
    left_out = StandardCheckFactory(platform=platform, item=item("two-displays.2"), state=CheckState.PARTLY)
    Evidence.objects.create(
        standard_check=first,
        original_name="a.jpg",
        content_type="image/jpeg",
        suffix=".jpg",
        size=1,
        sha256="0",
        uploaded_by=personas.office,
    )
    wanted = [
        ItemData("two-displays.1", "展示“人民代表大会制度”知识", "制度知识", "每年更新。", 1),
        ItemData("two-displays.3", "展示选民评议", "选民评议", "", 2),
    ]
    version = new_version(actor=personas.office, standard=old, items=wanted, name="新两展示")
    old.refresh_from_db()
    first.refresh_from_db()
    left_out.refresh_from_db()
    assert (old.is_current, version.is_current, version.version, version.name, version.scope) == (
        False,
        True,
        2,
        "新两展示",
        StandardScope.ALL,
    )
    assert first.item.standard == version and first.evidence.count() == 1
    assert left_out.item.standard == old
    assert tallies([platform.pk], ["two-displays"])[platform.pk].met == 1
    assert tallies([platform.pk], ["two-displays"])[platform.pk].gaps == 1
    with pytest.raises(DomainError, match="两展示（第1版）已不是现行版本，请在现行版本上修改。"):
        new_version(actor=personas.office, standard=old)
    with pytest.raises(DomainError, match="同一标准内项目编号不能重复。"):
        new_version(actor=personas.office, standard=version, items=[wanted[0], wanted[0]])
    assert new_version(actor=personas.office, standard=version).items.count() == 2


def test_the_sentence_names_what_is_missing(district, personas):
    platform = PlatformFactory(area=district.villages[1])
    meet_all(actor=personas.office, platform=platform)
    for code, state in (("ten-haves.5", CheckState.NOT_YET), ("ten-haves.10", CheckState.NOT_YET), ("ten-haves.6", CheckState.PARTLY)):
        set_check(actor=personas.town1, platform=platform, item=item(code), state=state)
    assert standing_of(platform).sentence == "尚缺 2 项：制度、档案；另有 1 项不全：经费"
    set_check(actor=personas.town1, platform=platform, item=item("ten-haves.5"), state=CheckState.MET)
    set_check(actor=personas.town1, platform=platform, item=item("ten-haves.10"), state=CheckState.MET)
    assert standing_of(platform).sentence == "有 1 项不全：经费"


def test_tallies_count_only_what_applies_and_is_in_force(district):
    village = PlatformFactory(area=district.villages[1])
    town = PlatformFactory(area=district.town1, is_demonstration=True)
    for code in ("ten-haves.1", "town-books.1", "four-norms.1"):
        StandardCheckFactory(platform=village, item=item(code))
        StandardCheckFactory(platform=town, item=item(code))
    outdated = StandardItemFactory(standard=StandardFactory(is_current=False))
    StandardCheckFactory(platform=village, item=outdated)
    found = tallies([village.pk, town.pk])
    assert (found[village.pk].total, found[village.pk].met) == (21, 1)
    assert (found[town.pk].total, found[town.pk].met, found[town.pk].gaps) == (36, 3, 33)
    assert tallies_of((each.pk, each.area.kind, each.is_demonstration) for each in (village, town)) == found


def test_tallies_take_three_queries_however_many(district, django_assert_num_queries):
    platforms = [PlatformFactory(area=district.villages[1]) for _ in range(3)]
    with django_assert_num_queries(3):
        tallies([platforms[0].pk])
    with django_assert_num_queries(3):
        tallies([platform.pk for platform in platforms])


def as_data(standard: Standard) -> list[ItemData]:
    return [ItemData(i.code, i.name, i.short_name, i.requirement, i.position) for i in standard.items.all()]


def test_an_unchecked_standard_is_changed_in_place_and_a_checked_one_gets_a_version(district, personas):
    standard = Standard.objects.get(key="two-displays")
    assert revise_standard(actor=personas.office, standard=standard, items=as_data(standard), name="两展示") == standard
    assert not AuditEntry.objects.filter(action="platforms.change_standard").exists()
    added = [*as_data(standard), ItemData("", "展示选民评议", "选民评议", "", 3)]
    revised = revise_standard(actor=personas.office, standard=standard, items=added, name="三展示")
    assert (revised.pk, revised.version, revised.name) == (standard.pk, 1, "三展示")
    assert [i.code for i in revised.items.all()] == ["two-displays.1", "two-displays.2", "two-displays.3"]
    check = StandardCheckFactory(platform=PlatformFactory(area=district.town1), item=item("two-displays.3"))
    again = revise_standard(actor=personas.office, standard=revised, items=as_data(revised)[1:], name="两展示")
    check.refresh_from_db()
    assert (again.version, check.item.standard) == (2, again)
    assert [i.code for i in again.items.all()] == ["two-displays.2", "two-displays.3"]
    numbered = revise_standard(actor=personas.office, standard=again, items=[*as_data(again), ItemData("", "又一项", "又一")])
    assert sorted(i.code for i in numbered.items.all()) == ["two-displays.2", "two-displays.3", "two-displays.4"]


def test_a_standard_of_ones_own(personas):
    made = create_standard(
        actor=personas.office, key="own", items=[ItemData("", "一", "一"), ItemData("", "二", "二")], name="自定", scope="all"
    )
    assert [i.code for i in made.items.order_by("code")] == ["own.1", "own.2"]
    with pytest.raises(DomainError, match="标识“own”已有标准使用，请另取一个。"):
        create_standard(actor=personas.office, key="own", items=[], name="再来", scope="all")


def test_editing_in_the_admin(district, personas, signed_in):
    standard = Standard.objects.get(key="two-displays")
    StandardCheckFactory(platform=PlatformFactory(area=district.town1), item=item("two-displays.1"))
    address = f"/admin/platforms/standard/{standard.pk}/change/"
    items = list(standard.items.all())
    typed = {
        "name": "两展示",
        "scope": "all",
        "source": standard.source,
        "position": "2",
        "items-TOTAL_FORMS": "3",
        "items-INITIAL_FORMS": "2",
        "items-MIN_NUM_FORMS": "1",
        "items-MAX_NUM_FORMS": "1000",
    }
    for number, each in enumerate([*items, None]):
        typed |= {
            f"items-{number}-id": each.pk if each else "",
            f"items-{number}-standard": standard.pk,
            f"items-{number}-position": number + 1,
            f"items-{number}-code": each.code if each else "",
            f"items-{number}-name": each.name if each else "展示选民评议",
            f"items-{number}-short_name": each.short_name if each else "选民评议",
            f"items-{number}-requirement": "",
        }
    client = signed_in(personas.office)
    assert client.get(address).status_code == 200
    assert client.post(address, typed).status_code == 302
    current = Standard.objects.current().get(key="two-displays")
    assert (current.version, current.items.count(), StandardCheck.objects.get().item.standard) == (2, 3, current)
    assert client.get(address).status_code == 200
    assert client.post(address, typed).status_code == 403
    assert client.get("/admin/platforms/standard/")["X-Total-Count"] == "7"
    assert signed_in(personas.town1).get("/admin/platforms/standard/").status_code != 200
