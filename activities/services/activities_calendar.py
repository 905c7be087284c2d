"""A person's calendar for the phone's own app: a secret address, good without signing in, which the person can replace.

SECURITY: whoever knows the address reads when and where the person's activities are. It holds 256 random bits, answers 404
once replaced, and tells no other person's name.
"""

from __future__ import annotations

import datetime
import secrets
from urllib.parse import urlsplit

from django.conf import settings
from django.db import transaction
from django.db.models import Q, QuerySet
from django.urls import reverse
from django.utils import timezone
from icalendar import Calendar, Event

from activities.enums import ActivityState, ParticipationState
from activities.models import Activity, CalendarFeed, Participation
from activities.services.activities import current_rule, tell, to_activity, when
from congress.models import User
from congress.services import audit

BACK, AHEAD = datetime.timedelta(days=92), datetime.timedelta(days=366)
MOST = 1000


@transaction.atomic
def replace_feed(*, actor: User) -> CalendarFeed:
    """Gives the person a new address; the one before is no longer good."""
    token = secrets.token_urlsafe(32)
    feed, made = CalendarFeed.objects.update_or_create(user=actor, defaults={"token": token})
    audit.record(actor, "activities.replace_feed", ref=actor.username, changes={"address": [None if made else "旧地址", "新地址"]})
    return feed


def address_of(feed: CalendarFeed) -> str:
    return f"{settings.SITE_URL.rstrip('/')}{reverse('activities:feed', args=[feed.token])}"


def of_person(user: User, now: datetime.datetime | None = None) -> QuerySet[Activity]:
    """What belongs into the person's calendar: what she is invited to and has no leave from, and what she sees to."""
    now = now or timezone.now()
    invited = Participation.objects.of(user).exclude(state=ParticipationState.ON_LEAVE).values("activity")
    own = Q(pk__in=invited) & ~Q(state=ActivityState.PLANNED) | Q(pk__in=Activity.objects.run_by(user).values("pk"))
    return Activity.objects.filter(own).touching(now - BACK, now + AHEAD).order_by("starts_at", "pk")


def render(user: User) -> bytes:
    """The feed as RFC 5545 has it. Equal records give equal bytes. An account that is closed has an empty calendar. Three queries."""
    calendar = Calendar()
    calendar.add("prodid", "-//congress//activities//ZH")
    calendar.add("version", "2.0")
    calendar.add("method", "PUBLISH")
    calendar.add("x-wr-calname", "代表活动")
    calendar.add("x-wr-timezone", settings.TIME_ZONE)
    host = urlsplit(settings.SITE_URL).hostname
    rows = of_person(user) if user.is_active and user.access.roles else Activity.objects.none()
    for activity in rows.select_related("organiser")[:MOST]:
        event = Event()
        event.add("uid", f"{activity.code}@{host}")
        event.add("dtstamp", activity.created_at.astimezone(datetime.UTC))
        event.add("dtstart", activity.starts_at.astimezone(datetime.UTC))
        event.add("dtend", activity.ends_at.astimezone(datetime.UTC))
        event.add("sequence", activity.version)
        event.add("summary", f"{'（取消）' if activity.state == ActivityState.CANCELLED else ''}{activity.title}")
        event.add("location", activity.place)
        event.add("description", f"{activity.get_kind_display()}，{activity.organiser}组织。{activity.objective}")
        event.add("status", "CANCELLED" if activity.state == ActivityState.CANCELLED else "CONFIRMED")
        event.add("url", f"{settings.SITE_URL.rstrip('/')}{to_activity(activity)}")
        calendar.add_component(event)
    return calendar.to_ical()


@transaction.atomic
def remind(now: datetime.datetime | None = None) -> int:
    """Reminds those who are expected of what begins within the rule's days. Each is told once, whatever runs twice.

    Returns how many activities it looked at. Called by beat every hour.
    """
    now = now or timezone.now()
    last = timezone.localtime(now).date() + datetime.timedelta(days=current_rule().remind_days)
    until = timezone.make_aware(datetime.datetime.combine(last + datetime.timedelta(days=1), datetime.time()))
    rows = Activity.objects.filter(state=ActivityState.ANNOUNCED, starts_at__gt=now, starts_at__lt=until).order_by("starts_at", "pk")
    for activity in rows:
        day = timezone.localtime(activity.starts_at).date()
        tell(activity, f"提醒：“{activity.title}”{when(activity)}举行，{activity.place}。", f"remind-{day}")
    return len(rows)
