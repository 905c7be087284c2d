"""Both liaisons: twenty-three standing members with their deputies and what they heard, and the deputies' fixed voters."""

from __future__ import annotations

import datetime
from random import Random

from django.utils import timezone

from congress.enums import Role
from congress.models import Congress, User
from deputies.demo.voters import draw_voter
from deputies.models import DeputyLiaison, LiaisonRecord, Mandate, StandingMember, VoterLiaison

_POSTS = ("主任", *("副主任",) * 4, *("委员",) * 18)
_LINKS = (3, 2, 3, 2, 1, 2, 3, 2, 2, 3, 0)  # of the members in turn: some have one too few
_FIRST_NUMBER = 50_000_000  # of the voters' telephones, beyond those of the contacts
_HEARD = (
    "反映村里到圩镇的末班车太早，老人赶圩不便，希望延后一班。",
    "今年荔枝价格低，建议早些联系收购商，并办一次嫁接技术培训。",
    "村卫生室缺一名村医，已向镇里反映，希望区里统筹。",
    "小学门口上放学时间堵车，建议增设临时停车位和护学岗。",
    "灌溉渠有三处塌方，影响下游两个组的早稻，希望汛前修好。",
    "代表活动经费拨付比去年及时，学习材料还可以更通俗一些。",
    "社区加装电梯意见不一，希望街道出面协调低层住户。",
    "对上次建议的答复基本满意，路灯还有六盏未亮，请继续督促。",
)


def load(random: Random) -> None:
    """Does nothing where there are some."""
    home = Congress.objects.home()
    if home is None or StandingMember.objects.exists():
        return
    seats = list(
        Mandate.objects.serving().filter(term__ends_on=None).select_related("deputy", "term", "electoral_district", "area").order_by("pk")
    )
    district = [seat for seat in seats if seat.term.congress_id == home.pk]
    _members(random, district)
    _voters(random, district + [seat for seat in seats if seat.term.congress_id != home.pk and random.random() < 0.25])


def _members(random: Random, district: list[Mandate]) -> None:
    chosen = random.sample(district, min(len(_POSTS), len(district) // 4))
    since = district[0].term.starts_on
    members = StandingMember.objects.bulk_create(
        StandingMember(mandate=seat, post=post, position=place, starts_on=since)
        for place, (seat, post) in enumerate(zip(chosen, _POSTS, strict=False), 1)
    )
    sitting = {seat.pk for seat in chosen}
    others = [seat.deputy for seat in district if seat.pk not in sitting]
    random.shuffle(others)
    today = timezone.localdate()
    links = []
    for place, member in enumerate(members):
        for _ in range(_LINKS[place % len(_LINKS)]):
            links.append(DeputyLiaison(member=member, deputy=others.pop(), starts_on=since + datetime.timedelta(days=30)))
    links = DeputyLiaison.objects.bulk_create(links)
    clerk = User.objects.in_role(Role.OFFICE).order_by("pk").first()
    if clerk is None:
        return
    start = today.replace(month=1, day=1)
    LiaisonRecord.objects.bulk_create(
        LiaisonRecord(
            liaison=each,
            on=start + datetime.timedelta(days=random.randint(0, (today - start).days)),
            heard=random.choice(_HEARD),
            entered_by=clerk,
        )
        for each in links
        if random.random() < 0.8
        for _ in range(random.randint(1, 3))
    )


def _voters(random: Random, seats: list[Mandate]) -> None:
    rows: list[VoterLiaison] = []
    for seat in seats:
        for _ in range(random.choice((3, 5, 5, 6, 6, 8)) if seat.electoral_district else 0):
            rows.append(
                VoterLiaison(
                    deputy=seat.deputy,
                    electoral_district=seat.electoral_district,
                    starts_on=seat.starts_on + datetime.timedelta(days=60),
                    **draw_voter(random, _FIRST_NUMBER + len(rows)),
                )
            )
    VoterLiaison.objects.bulk_create(rows, batch_size=500)
