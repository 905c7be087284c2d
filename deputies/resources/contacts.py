"""Voter contacts that towns kept on paper, and contacts as a workbook. One row is one contact."""

from __future__ import annotations

import datetime
import hashlib
from collections.abc import Sequence
from functools import partial
from typing import Any, cast

from django.core.exceptions import PermissionDenied
from django.db.models import Q, QuerySet
from django.utils import timezone

from congress.errors import DomainError
from congress.imports import values
from congress.imports.coded import by_label, label_of
from congress.imports.lookups import AreaBook
from congress.imports.plan import Plan, Record
from congress.imports.resource import Column
from congress.models import Area, User
from congress.services.audit import Actor
from deputies.enums import Channel
from deputies.models import Deputy, VoterContact
from deputies.resources import finding
from deputies.resources.finding import AddingResource, People
from deputies.services import contacts, privacy
from deputies.services.batches import ContactEntry, record_contacts
from deputies.services.contacts import Voter

_CHANNELS = by_label(
    Channel.choices,
    {
        "入户走访": "visit",
        "上门走访": "visit",
        "接待": "reception",
        "接待选民日": "reception",
        "选民来访": "walk_in",
        "打电话": "phone",
        "网络": "online",
    },
)
_CHANNEL_LABELS = [str(label) for label in Channel.labels]
_KEY = "xlsx-"  # before the key of a record that came from a file


def key_of(deputies: Sequence[Deputy], at: datetime.datetime, channel: str, text: str) -> str:
    """The key of a row: who met voters, when, how, and what was said. The same row again gives the same key."""
    told = [*sorted(deputy.code for deputy in deputies), at.astimezone(datetime.UTC).isoformat(), channel, text]
    return _KEY + hashlib.sha256("\n".join(told).encode()).hexdigest()[:48]


class ContactResource(AddingResource):
    """联系选民. SECURITY: voters come in, and go out masked, whoever takes them out; they open one record at a time."""

    key = "contacts"
    list_url = "deputies:contacts"
    label = "联系选民记录"
    hint = "补录纸质记事簿：一行一次联系，记录人为导入人。有编号的行只作核对；没有编号的，代表、时间、方式和内容都相同的视为同一次，不重复登记。"
    import_rule = "deputies.import_contacts"
    export_rule = "deputies.export_contacts"
    way_out = "已登记的记录请在其页面上更正，并写明原因"

    code = Column("编号", values.code, "code", synonyms=["记录编号"], help="新的记录不填")
    at = Column(
        "时间",
        finding.moment,
        "at",
        show=finding.show_moment,
        required=True,
        synonyms=["日期", "联系时间", "联系日期"],
        help="如 2026-3-5 14:30；不知时刻的只填日期",
        example="2026-3-5 14:30",
    )
    deputy_codes = Column(
        "代表编号",
        finding.several_codes,
        "deputies",
        get=lambda contact: [deputy.code for deputy in contact.deputies.all()],
        show=finding.show_several,
        help="有同名代表的须填写；几名代表一起的用顿号隔开",
    )
    deputies = Column(
        "代表",
        finding.several,
        "deputies",
        get=lambda contact: [deputy.name for deputy in contact.deputies.all()],
        show=finding.show_several,
        synonyms=["代表姓名", "姓名"],
        help="几名代表一起的用顿号隔开",
        example="韦建国",
    )
    channel = Column(
        "方式",
        partial(values.choice, words=_CHANNELS, allowed=_CHANNEL_LABELS),
        "channel",
        show=label_of(Channel),
        required=True,
        synonyms=["联系方式", "怎么联系的"],
        example="走访",
        choices=_CHANNEL_LABELS,
    )
    area = Column(
        "所在区划",
        values.name,
        "area__name",
        synonyms=["区划", "村（社区）", "村", "镇（街道）", "所属镇（街道）"],
        help="村（社区）或镇（街道）；不填时为代表所在选区",
        example="平安镇和平村",
    )
    place = Column("地点", partial(values.optional_text, limit=80), "place", example="村口文化广场")
    people = Column("人数", partial(values.whole_number, low=1, high=9999), "people", synonyms=["选民人数"], help="不填时按选民姓名的个数")
    text = Column(
        "内容",
        finding.prose,
        "text",
        required=True,
        synonyms=["联系内容", "选民说了什么", "反映内容", "反映情况", "意见建议"],
        example="村口路灯坏了三盏",
    )
    result = Column("处理情况", finding.prose, "result", synonyms=["答复情况", "办理情况", "当场怎么答复的"])
    voters = Column(
        "选民姓名",
        finding.several,
        "voters",
        get=lambda contact: [privacy.masked(voter).name for voter in contact.voters.all()],
        show=finding.show_several,
        synonyms=["选民", "群众姓名"],
        help="可不填；几名的用顿号隔开。导出时隐去",
    )
    phones = Column(
        "选民电话",
        finding.several,
        "voters",
        get=lambda contact: [privacy.masked(voter).phone for voter in contact.voters.all()],
        show=finding.show_several,
        help="与选民姓名的先后一致。导出时隐去",
    )
    author = Column("记录人", values.name, "author__name", help="导入时为导入人，不读取")

    class Meta:
        model = VoterContact
        fields = (
            *("code", "at", "deputy_codes", "deputies", "channel", "area", "place", "people", "text", "result", "voters", "phones"),
            "author",
        )

    @staticmethod
    def with_all(rows: QuerySet[VoterContact]) -> QuerySet[VoterContact]:
        return rows.order_by("-at", "-pk").select_related("area", "author").prefetch_related("deputies", "voters")

    def exported(self, user: Any) -> QuerySet[VoterContact]:
        return self.with_all(VoterContact.objects.visible_to(user))

    def settle(self, records: list[Record], plan: Plan) -> None:
        if not isinstance(self.actor, User):
            raise DomainError("联系选民记录须记在导入人名下，请用本人账号在“导入与导出”中导入。")
        self.areas, people = AreaBook(), People(serving=False)
        asked = [record for record in records if "at" in record.given]
        by_code, by_key = self._stored(asked)
        found = []
        for record in records:
            deputies = self._deputies(record, plan, people)
            found.append((record, deputies, self.find_area(record, plan, _path(deputies, people))))
        areas = Area.objects.in_bulk({place.pk for _, _, place in found if place})
        seen: dict[str, int] = {}
        corrected = 0
        plan.work = []
        for record, deputies, place in found:
            if not record.ok or not deputies:
                continue
            given = record.given
            names = "、".join(deputy.name for deputy in deputies)
            label = f"{names} {finding.show_moment(given['at'])}"
            given["deputies"] = frozenset(deputy.pk for deputy in deputies)
            key = key_of(deputies, given["at"], given["channel"], given["text"])
            if (first := seen.setdefault(given.get("code") or key, record.number)) != record.number:
                plan.reject(record, "text", f"与第 {first} 行重复")
                continue
            if code := given.get("code"):
                if code not in by_code:
                    plan.reject(record, "code", f"没有编号为 {code}、时间相同的记录；新的记录请不要填写编号")
                elif self.agrees(record, plan, by_code[code], code):
                    self.unchanged(record, plan, code, label)
                continue
            if key in by_key:
                known = by_key[key]
                corrected += known["version"] > 0
                if known["version"] or self.agrees(record, plan, known, known["code"]):
                    self.unchanged(record, plan, known["code"], label)
                continue
            entry = self._entry(record, plan, key, deputies, areas.get(place.pk) if place else None)
            if entry is None:
                continue
            plan.work.append(entry)
            shown = {name: value for name, value in given.items() if name not in {"deputy_codes", "deputies", "author"}}
            self.created(record, plan, deputies[0].code, label, shown | {"deputies": tuple(deputy.name for deputy in deputies)})
        if corrected:
            plan.notes.append(f"{corrected} 行已登记并在页面上更正过，保留更正后的内容。")

    def _stored(self, records: list[Record]) -> tuple[dict[str, dict[str, Any]], dict[str, dict[str, Any]]]:
        """Records of the file's days, and those from files that were corrected since, by code and by key. Two queries."""
        if not records:
            return {}, {}
        first, last = (each(record.given["at"] for record in records) for each in (min, max))
        near = Q(at__gte=first, at__lt=last + datetime.timedelta(minutes=1)) | Q(key__startswith=_KEY, version__gt=0)
        rows = VoterContact.objects.filter(near)
        link = VoterContact.deputies.through
        deputies: dict[int, set[int]] = {}
        for contact, deputy in link.objects.filter(votercontact__in=rows.order_by().values("pk")).values_list("votercontact", "deputy"):
            deputies.setdefault(contact, set()).add(deputy)
        names = ("pk", "code", "key", "at", "channel", "area", "place", "people", "text", "result", "version")
        by_code, by_key = {}, {}
        for row in rows.order_by().values(*names):
            row["deputies"] = frozenset(deputies.get(row["pk"], ()))
            row["at"] = row["at"].replace(second=0, microsecond=0)
            row |= {name: finding.prose(row[name]) for name in ("text", "result")} | {"place": values.optional_text(row["place"])}
            by_code[row["code"]] = by_key[row["key"]] = row
        return by_code, by_key

    def _deputies(self, record: Record, plan: Plan, people: People) -> list[Deputy]:
        given = record.given
        try:
            path = finding.path_of(self.areas, given.get("area"))
            return people.find_all(given.get("deputy_codes"), given.get("deputies"), path)
        except ValueError as error:
            plan.reject(record, "deputies" if given.get("deputies") else "deputy_codes", str(error))
            return []

    def _entry(self, record: Record, plan: Plan, key: str, deputies: list[Deputy], area: Area | None) -> ContactEntry | None:
        given = record.given
        voters = _voters(record, plan)
        entry = ContactEntry(
            key=key,
            deputies=deputies,
            channel=given["channel"],
            at=given["at"],
            text=given["text"],
            area=area,
            place=given.get("place") or "",
            people=given.get("people"),
            result=given.get("result") or "",
            voters=voters,
        )
        try:
            contacts.settle_seat(actor=cast(User, self.actor), deputies=deputies, at=entry.at, area=area, text=entry.text)
        except PermissionDenied:
            plan.reject(record, "deputies", "不是您所在镇（街道）的代表，不能代为登记")
        except contacts.MandateEnded as refusal:
            plan.reject(record, "at", refusal.fact)
        except DomainError as refusal:
            plan.reject(record, "at", "联系时间还没有到" if entry.at > timezone.now() else str(refusal))
        return entry if record.ok else None

    def write(self, plan: Plan, actor: Actor) -> None:
        record_contacts(actor=cast(User, actor), entries=plan.work)


def _voters(record: Record, plan: Plan) -> list[Voter]:
    names, phones = record.given.get("voters") or (), record.given.get("phones") or ()
    if any("*" in part for part in (*names, *phones)):
        plan.reject(record, "voters", "有隐去的字，请填写完整或留空")
        return []
    if len(phones) > len(names):
        plan.reject(record, "phones", f"选民姓名有 {len(names)} 个，电话有 {len(phones)} 个，请核对")
        return []
    found = []
    for name, phone in zip(names, [*phones, *[""] * (len(names) - len(phones))], strict=True):
        try:
            found.append(Voter(name[:40], values.phone(phone) or "" if phone else ""))
        except ValueError as error:
            plan.reject(record, "phones", str(error))
    return found


def _path(deputies: Sequence[Deputy], people: People) -> str:
    """Where the first deputy serves, to tell villages of one name apart."""
    seats = people.seats[deputies[0].pk] if deputies else []
    return seats[0].area.path if seats else ""
