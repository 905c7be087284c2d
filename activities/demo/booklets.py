"""Photos of booklets that are kept on paper: most towns have theirs, a few still owe them."""

from __future__ import annotations

from random import Random

from django.core.files.base import ContentFile
from django.utils import timezone

from activities import booklets
from activities.booklets import PAPER
from activities.models import Booklet, PaperTick
from activities.services import booklets as service
from congress import demo
from congress.enums import Role
from congress.models import RoleGrant
from congress.services import files
from platforms.demo import pictures
from platforms.models import Platform, StandardItem

_MISSING = 4  # every fourth platform has none yet


def load(random: Random) -> None:
    """Does nothing where there are photos."""
    if PaperTick.objects.exists():
        return
    on_paper = [row for row in Booklet.objects.order_by("pk") if any(line.key == PAPER for line in booklets.lines(row.sources))]
    scopes = dict(StandardItem.objects.filter(standard__is_current=True).values_list("code", "standard__scope"))
    towns = Platform.objects.active().filter(area__kind__in=["town", "farm", "subdistrict"]).select_related("area", "unit").order_by("code")
    year = timezone.localdate().year
    for turn, platform in enumerate(towns):
        staff = (
            RoleGrant.objects.in_force().filter(role=Role.TOWN_OFFICE, organisation__area=platform.unit_id).select_related("user").first()
        )
        if staff is None or turn % _MISSING == _MISSING - 1:
            continue
        scope = "subdistrict" if platform.area.kind == "subdistrict" else "town"
        for scene, booklet in enumerate(each for each in on_paper if scopes.get(each.item_code) == scope):
            _, data = pictures.draw(random, turn + scene)
            photo = files.examine(ContentFile(data, name=f"{platform.name}{booklet.title}.jpg"))
            service.tick(actor=staff.user, platform=platform, booklet=booklet, year=year, photos=[photo])


def register() -> None:
    """Called once, when the app is ready."""
    demo.register(demo.Part("booklets", 90, load))
