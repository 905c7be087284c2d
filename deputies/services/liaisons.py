"""The two liaisons (双联系): standing members with two or three deputies each, deputies with fixed voters."""

from __future__ import annotations

import datetime

from django.db import transaction
from django.urls import reverse
from django.utils import timezone

from congress.enums import CongressLevel
from congress.errors import DomainError
from congress.models import User
from congress.services import audit
from congress.services.notices import notify
from deputies.enums import MandateStatus
from deputies.models import Deputy, DeputyLiaison, LiaisonRecord, LiaisonRule, Mandate, StandingMember, VoterLiaison
from deputies.services.closing import end_rows
from deputies.services.guards import FieldRefused, require


def rule() -> LiaisonRule:
    """What the congress asks of both liaisons now."""
    return LiaisonRule.objects.first() or LiaisonRule()


@transaction.atomic
def change_rule(*, actor: audit.Actor, **fields: int) -> LiaisonRule:
    """Changes what is asked from now on; links that are there stay. Without a difference it writes nothing. Raises PermissionDenied."""
    require(actor, "deputies.manage_liaisons")
    asked = LiaisonRule.objects.select_for_update().first() or LiaisonRule.objects.create()
    changes = audit.difference({name: getattr(asked, name) for name in fields}, fields)
    if changes:
        for name, value in fields.items():
            setattr(asked, name, value)
        asked.save(update_fields=list(fields))
        audit.record(actor, "deputies.change_liaison_rule", asked, changes=changes)
    return asked


@transaction.atomic
def appoint(*, actor: audit.Actor, mandate: Mandate, post: str, starts_on: datetime.date, position: int = 0) -> StandingMember:
    """Enters a standing member; the same mandate again changes post and position. Raises PermissionDenied and FieldRefused."""
    require(actor, "deputies.manage_liaisons")
    mandate = Mandate.objects.select_for_update(of=("self",)).select_related("deputy", "term__congress").get(pk=mandate.pk)
    if mandate.status != MandateStatus.ACTIVE:
        raise FieldRefused("deputy", f"{mandate.deputy}现为“{mandate.get_status_display()}”，不能任常委会组成人员。")
    if mandate.term.congress.level == CongressLevel.TOWN:
        raise FieldRefused("deputy", "乡镇人民代表大会不设常委会，请选择区级代表。")
    if not mandate.starts_on <= starts_on <= timezone.localdate():
        raise FieldRefused("starts_on", "任职日期应在当选之后，且不晚于今天。")
    after = {"post": post.strip(), "position": position, "starts_on": starts_on, "ends_on": None}
    member = StandingMember.objects.filter(mandate=mandate).first()
    changes = audit.difference({name: getattr(member, name) for name in after} if member else {}, after)
    if member and not changes:
        return member
    member, _ = StandingMember.objects.update_or_create(mandate=mandate, defaults=after)
    audit.record(actor, "deputies.appoint_standing_member", mandate.deputy, changes=changes)
    return member


@transaction.atomic
def dismiss(*, actor: audit.Actor, member: StandingMember) -> StandingMember:
    """She leaves the standing committee, and her liaisons end; yesterday was the last day. A second call is a no-op."""
    require(actor, "deputies.manage_liaisons")
    member = _locked(member)
    if member.ends_on is not None:
        return member
    liaisons = list(member.liaisons.filter(ends_on=None))
    end_rows(liaisons, _yesterday())
    end_rows([member], _yesterday())
    audit.record(actor, "deputies.dismiss_standing_member", member.mandate.deputy, changes={"deputy_liaisons": [len(liaisons), 0]})
    return StandingMember.objects.get(pk=member.pk)


@transaction.atomic
def link(*, actor: audit.Actor, member: StandingMember, deputy: Deputy, starts_on: datetime.date | None = None) -> DeputyLiaison:
    """Gives the member a deputy to keep in touch with. The same deputy again gives the link that is there.

    Raises PermissionDenied, and FieldRefused beyond the most the rule allows (three), for herself or a deputy who does not serve.
    """
    require(actor, "deputies.manage_liaisons")
    member = _locked(member)
    starts_on = starts_on or timezone.localdate()
    held = list(member.liaisons.filter(ends_on=None).select_related("deputy").order_by("starts_on", "pk"))
    for liaison in held:
        if liaison.deputy_id == deputy.pk:
            return liaison
    asked = rule()
    if member.ends_on is not None:
        raise DomainError(f"{member}已不是常委会组成人员，不能再联系代表。")
    if member.mandate.deputy_id == deputy.pk:
        raise FieldRefused("deputy", f"{member}不能联系本人，请另选一名代表。")
    if not deputy.mandates.filter(status=MandateStatus.ACTIVE).exists():
        raise FieldRefused("deputy", f"{deputy}现在不在任，请另选一名代表。")
    if not member.starts_on <= starts_on <= timezone.localdate():
        raise FieldRefused("starts_on", "开始日期应在任职之后，且不晚于今天。")
    if len(held) >= asked.most_deputies:
        names = "、".join(liaison.deputy.name for liaison in held)
        raise FieldRefused(
            "deputy",
            f"{member}已联系{names} {len(held)} 名代表。每名组成人员联系 {asked.least_deputies} 至 {asked.most_deputies} 名，"
            f"不能再增加{deputy}。需要更换的，请先结束其中一名的联系。",
        )
    liaison, _ = DeputyLiaison.objects.update_or_create(member=member, deputy=deputy, starts_on=starts_on, defaults={"ends_on": None})
    audit.record(actor, "deputies.link_deputy", member.mandate.deputy, changes={"deputy": [None, deputy.code]})
    people = [User(pk=pk) for pk in (deputy.user_id, member.mandate.deputy.user_id) if pk]
    url = reverse("deputies:liaison_member", args=[member.mandate.deputy.code])
    notify(people, text=f"{member}（{member.post}）联系代表{deputy}。", url=url, key=f"liaison-{liaison.pk}-{starts_on:%Y%m%d}")
    return liaison


@transaction.atomic
def unlink(*, actor: audit.Actor, liaison: DeputyLiaison) -> None:
    """Ends a member's link with a deputy; one without records that began today is taken back. A second call is a no-op."""
    require(actor, "deputies.manage_liaisons")
    member = _locked(liaison.member)
    row = member.liaisons.select_related("deputy").filter(pk=liaison.pk, ends_on=None).first()
    if row is None:
        return
    if row.starts_on >= timezone.localdate() and not row.records.exists():
        row.delete()
    else:
        end_rows([row], _yesterday())
    audit.record(actor, "deputies.unlink_deputy", member.mandate.deputy, changes={"deputy": [row.deputy.code, None]})


@transaction.atomic
def keep_record(*, actor: User, liaison: DeputyLiaison, on: datetime.date, heard: str) -> LiaisonRecord:
    """What a member heard from a deputy, entered by herself or by the office. The same words for the same day are kept once.

    Raises PermissionDenied, and FieldRefused without words or for a day outside the liaison.
    """
    liaison = DeputyLiaison.objects.select_for_update(of=("self",)).select_related("member__mandate__deputy", "deputy").get(pk=liaison.pk)
    require(actor, "deputies.record_liaison", liaison.member)
    heard = heard.strip()
    if not heard:
        raise FieldRefused("heard", "请写明听到的情况，一两句话就可以。")
    if on > timezone.localdate():
        raise FieldRefused("on", "联系日期不能晚于今天。")
    if on < liaison.starts_on or (liaison.ends_on and on > liaison.ends_on):
        raise FieldRefused("on", f"这一天{liaison.member}还没有或不再联系{liaison.deputy}，请核对日期。")
    known = liaison.records.filter(on=on, heard=heard).first()
    if known:
        return known
    record = LiaisonRecord.objects.create(liaison=liaison, on=on, heard=heard, entered_by=actor)
    audit.record(
        actor,
        "deputies.record_liaison",
        liaison.member.mandate.deputy,
        changes={"deputy": [None, liaison.deputy.code], "on": [None, str(on)]},
    )
    return record


@transaction.atomic
def add_voter(
    *,
    actor: audit.Actor,
    deputy: Deputy,
    name: str,
    phone: str = "",
    address: str = "",
    mandate: Mandate,
    starts_on: datetime.date | None = None,
) -> VoterLiaison:
    """Gives the deputy a fixed voter of one of her seats. The same name and phone again gives the row that is there.

    Raises PermissionDenied for all but herself and her town's staff, and FieldRefused without a name, for a mandate not in
    force, or beyond the most the rule allows.
    """
    require(actor, "deputies.manage_voters", deputy)
    Deputy.objects.select_for_update(of=("self",)).get(pk=deputy.pk)
    name, phone, starts_on = name.strip(), phone.strip(), starts_on or timezone.localdate()
    if not name:
        raise FieldRefused("name", "请填写选民姓名。")
    if mandate.deputy_id != deputy.pk or mandate.status != MandateStatus.ACTIVE:
        raise FieldRefused("mandate", f"{deputy}这一代表资格现在无效，不能登记固定联系选民。")
    held = list(VoterLiaison.objects.filter(deputy=deputy, ends_on=None))
    for voter in held:
        if (voter.name, voter.phone) == (name, phone):
            return voter
    most = rule().most_voters
    if len(held) >= most:
        raise FieldRefused(
            "name", f"{deputy}已有 {len(held)} 名固定联系选民，每名代表不超过 {most} 名。需要更换的，请先结束其中一名的联系。"
        )
    voter = VoterLiaison.objects.create(
        deputy=deputy, electoral_district=mandate.electoral_district, name=name, phone=phone, address=address.strip(), starts_on=starts_on
    )
    # SECURITY: no word of who the voter is goes into the audit trail
    audit.record(actor, "deputies.add_voter", deputy, changes={"voter_liaisons": [len(held), len(held) + 1]})
    return voter


@transaction.atomic
def end_voter(*, actor: audit.Actor, liaison: VoterLiaison) -> None:
    """Ends the deputy's link with a fixed voter, or takes one off the list of those waiting. A second call is a no-op."""
    require(actor, "deputies.manage_voters", liaison.deputy)
    row = VoterLiaison.objects.select_for_update(of=("self",)).filter(pk=liaison.pk).first()
    if row is None or (row.ends_on is not None and not row.awaits_successor):
        return
    if row.awaits_successor:
        VoterLiaison.objects.filter(pk=row.pk).update(awaits_successor=False)
    elif row.starts_on >= timezone.localdate():
        row.delete()
    else:
        end_rows([row], _yesterday())
    audit.record(actor, "deputies.end_voter", liaison.deputy, changes={"voter_liaisons": [1, 0]})


def _locked(member: StandingMember) -> StandingMember:
    return StandingMember.objects.select_for_update(of=("self",)).select_related("mandate__deputy", "mandate__term").get(pk=member.pk)


def _yesterday() -> datetime.date:
    return timezone.localdate() - datetime.timedelta(days=1)
