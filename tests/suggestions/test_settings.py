"""Rule profiles and dictionaries in the staff admin: what is changed holds from then on, and never rewrites what is there."""

from __future__ import annotations

import pytest
from django.urls import reverse

from congress.models import AuditEntry
from suggestions.enums import LimitKind
from suggestions.models import AssignmentTemplate, Clock, ReplyClass, ReplyScheme, RuleProfile, SuggestionCategory
from suggestions.services.profiles import limits_of, profile_of
from tests.suggestions.answered import accepted, answered


def posted(page) -> dict[str, object]:
    """What the page's forms hold, as a browser would send it."""
    data: dict[str, object] = {}
    forms = [page.context["adminform"].form]
    for inline in page.context["inline_admin_formsets"]:
        forms += [inline.formset.management_form, *inline.formset.forms]
    for form in forms:
        for bound in form:
            value = bound.value()
            if value is True:
                data[bound.html_name] = "on"
            elif value is not None and value is not False:
                data[bound.html_name] = value
    return data


@pytest.fixture
def office(personas, signed_in):
    return signed_in(personas.office)


def test_a_changed_profile_never_moves_a_running_clock(personas, district, office):
    suggestion = accepted(personas)
    before = list(suggestion.clocks.values_list("kind", "limit", "due_on", "steps"))
    profile = profile_of(district.congress)
    address = reverse("admin:suggestions_ruleprofile_change", args=[profile.pk])
    data = posted(office.get(address))
    row = next(name for name, value in data.items() if name.endswith("-kind") and value == LimitKind.ASSIGN)
    data[row.replace("-kind", "-limit")] = "3wd"
    data["key_least"] = 6
    assert office.post(address, data).status_code == 302
    profile.refresh_from_db()
    assert (limits_of(profile)[LimitKind.ASSIGN], profile.key_least, len(limits_of(profile))) == ("3wd", 6, len(before) and 11)
    assert list(suggestion.clocks.values_list("kind", "limit", "due_on", "steps")) == before
    other = accepted(personas)
    assert list(other.clocks.values_list("kind", "limit")) == [(LimitKind.ASSIGN, "3wd")]
    assert AuditEntry.objects.get(action="suggestions.change_limits").changes == {"交办": ["10wd", "3wd"]}
    assert AuditEntry.objects.get(action="suggestions.change_ruleprofile").changes == {"key_least": [3, 6]}
    assert office.post(address, posted(office.get(address))).status_code == 302
    assert AuditEntry.objects.filter(action__in=["suggestions.change_limits", "suggestions.change_weights"]).count() == 1
    assert Clock.objects.count() == 2


def test_a_limit_that_cannot_be_read_is_refused_on_the_form(district, office):
    profile = profile_of(district.congress)
    address = reverse("admin:suggestions_ruleprofile_change", args=[profile.pk])
    data = posted(office.get(address))
    data[next(name for name in data if name.endswith("-limit"))] = "三个月"
    page = office.post(address, data)
    assert page.status_code == 200 and page.context["errors"]
    assert not AuditEntry.objects.filter(action="suggestions.change_limits").exists()


def test_weights_are_edited_and_told(district, office):
    profile = profile_of(district.congress)
    address = reverse("admin:suggestions_ruleprofile_change", args=[profile.pk])
    data = posted(office.get(address))
    data[next(name for name in data if name.endswith("-weight"))] = "25"
    assert office.post(address, data).status_code == 302
    assert profile.weights.order_by("position")[0].weight == 25
    (entry,) = AuditEntry.objects.filter(action="suggestions.change_weights")
    assert entry.changes["weights"][1].startswith("按期答复 25.00")


def test_every_congress_has_its_profile_in_the_list(district, office):
    assert not RuleProfile.objects.exists()
    assert office.get("/admin/suggestions/ruleprofile/")["X-Total-Count"] == "1"
    assert office.get("/admin/suggestions/ruleprofile/add/").status_code == 403


def test_a_class_that_replies_were_given_stays(personas, district, office):
    reply = answered(personas, district)
    scheme = reply.reply_class.scheme
    address = reverse("admin:suggestions_replyscheme_change", args=[scheme.pk])
    data = posted(office.get(address))
    names = {value: name for name, value in data.items() if name.endswith("-code")}
    refused = office.post(address, {**data, names["A"].replace("-code", "-meaning"): "都算解决"})
    assert "A类已经用于答复，不能改动" in refused.content.decode()
    assert office.post(address, {**data, names["B"].replace("-code", "-meaning"): "正在办"}).status_code == 302
    assert ReplyClass.objects.get(scheme=scheme, code="B").meaning == "正在办"
    assert AuditEntry.objects.filter(action="suggestions.change_reply_classes").count() == 1
    assert office.post(reverse("admin:suggestions_replyscheme_delete", args=[scheme.pk]), {"post": "yes"}).status_code == 403
    assert ReplyScheme.objects.filter(pk=scheme.pk).exists()


def test_a_category_in_use_is_not_deleted(personas, office):
    used, free = SuggestionCategory.objects.order_by("position")[:2]
    suggestion = accepted(personas)
    suggestion.category = used
    suggestion.save()
    for row, status in ((used, 403), (free, 302)):
        assert office.post(reverse("admin:suggestions_suggestioncategory_delete", args=[row.pk]), {"post": "yes"}).status_code == status


def test_a_template_keeps_its_units_in_the_audit_trail(district, office):
    new = {"name": "交通类", "instruction": "请抓紧办理。", "answering": [district.unit.pk], "supporting": []}
    assert office.post("/admin/suggestions/assignmenttemplate/add/", new).status_code == 302
    assert [unit.code for unit in AssignmentTemplate.objects.get().answering.all()] == ["JTJ"]
    assert AuditEntry.objects.get(action="suggestions.change_template_units").changes == {"answering": ["", "榕江区交通运输局"]}
