"""Photos of some platforms, drawn and then taken in as any upload."""

from __future__ import annotations

from random import Random

from django.core.files.base import ContentFile

from congress.services import files
from platforms.demo import pictures
from platforms.demo.people import People
from platforms.demo.sites import QUALITY
from platforms.models import Evidence, Platform

_FIRST = 60  # a scaled district keeps the photos of the first platforms only


def make(random: Random, platforms: list[Platform], people: People) -> None:
    for turn, platform in enumerate(platforms[:_FIRST]):
        if turn % 2 and QUALITY[platform.unit.name] < 0.93:
            continue
        for scene in range(1 + (QUALITY[platform.unit.name] > 0.95)):
            caption, data = pictures.draw(random, turn + scene)
            files.store(
                Evidence,
                ContentFile(data, name=f"{platform.name}{caption}.jpg"),
                people.town_users[platform.unit_id],
                platform=platform,
                caption=caption,
            )
