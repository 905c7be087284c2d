"""The frame of every page: words, elder mode, theme, navigation, refusals and error pages."""

import datetime
import gzip
import re
from decimal import Decimal
from pathlib import Path

import pytest
from django import forms
from django.conf import settings
from django.contrib.staticfiles import finders
from django.core.exceptions import PermissionDenied
from django.core.paginator import Paginator
from django.http import HttpResponse
from django.template import RequestContext, Template
from django.template.context_processors import request as django_request
from django.test import Client, RequestFactory, override_settings
from django.urls import path

from congress import urls as product
from congress.errors import DomainError
from congress.templatetags.frame import cn_date, cn_time, score, signed, total

SPRITE = Path(settings.BASE_DIR / "static/img/icons.svg").read_text()


def drawn(source, **context):
    return Template(source).render(RequestContext(RequestFactory().get("/x/?kind=town&page=2"), context, [django_request]))


@pytest.mark.parametrize(
    ("value", "text"),
    [
        (Decimal("96.50"), "96.5"),
        (Decimal("90.00"), "90"),
        (100, "100"),
        (0, "0"),
        (Decimal("0.00"), "0"),
        (None, ""),
        (Decimal("-1.50"), "-1.5"),
    ],
)
def test_scores_as_official_papers_print_them(value, text):
    assert score(value) == text


@pytest.mark.parametrize(("value", "text"), [(94, "94.0"), (86.76, "86.76"), (92.5, "92.5"), (0, "0.0"), (None, "")])
def test_a_total_keeps_one_decimal_at_least(value, text):
    assert total(value) == text


@pytest.mark.parametrize(("value", "text"), [(Decimal("2.5"), "＋2.5"), (-1, "−1"), (0, "0"), (None, "")])
def test_changes_carry_their_sign(value, text):
    assert signed(value) == text


def test_dates_in_chinese():
    day = datetime.date(2026, 9, 30)
    assert cn_date(day) == "2026年9月30日"
    assert cn_date(day, "short") == "9月30日"
    assert cn_date(day, "weekday") == "2026年9月30日 星期三"
    assert cn_date(None) == cn_time(None) == ""
    assert cn_time(datetime.datetime(2026, 9, 30, 16, 5, tzinfo=datetime.UTC)) == "2026年10月1日 00:05"


def test_a_state_is_colour_icon_and_word():
    assert (
        drawn('{% tag "ok" "check" "已交" %}')
        == '<span class="tag tag--ok"><svg class="i" aria-hidden="true"><use href="/static/img/icons.svg#check"/></svg>已交</span>'
    )
    assert "&lt;b&gt;" in drawn('{% tag "" "wait" word %}', word="<b>")


def test_every_icon_in_a_template_is_drawn():
    known = set(re.findall(r'<symbol id="([^"]+)"', SPRITE))
    used = set()
    for template in Path(settings.BASE_DIR / "templates").rglob("*.html"):
        text = template.read_text()
        used |= set(re.findall(r'{% icon "([^"]+)"', text)) | set(re.findall(r'{% tag "[^"]*" "([^"]+)"', text))
        used |= set(re.findall(r'icon_name="([^"]+)"', text))
    assert used - known == set()


class Sample(forms.Form):
    name = forms.CharField(label="名称", help_text="如：东岭镇")
    note = forms.CharField(label="备注", required=False, widget=forms.Textarea)
    agree = forms.BooleanField(label="同意")
    channel = forms.ChoiceField(label="方式", choices=[("a", "走访"), ("b", "电话")], widget=forms.RadioSelect)


def test_a_field_says_what_is_wrong_and_keeps_what_was_typed():
    form = Sample({"name": "", "note": "写了一半"})
    page = drawn("{% field form.name %}{% field form.note %}{% field form.agree %}{% field form.channel look='seg' %}", form=form)
    assert '<label for="id_name">名称</label>' in page
    assert 'aria-describedby="id_name_hint id_name_error"' in page
    assert 'aria-invalid="true"' in page
    assert '备注 <span class="opt">（选填）</span>' in page
    assert "写了一半</textarea>" in page
    assert page.count('class="error"') == 3
    assert page.count('<div class="seg">') == 1


def test_pages_keep_the_filters():
    page = drawn("{% page_nav page '个' %}", page=Paginator(range(250), 100).page(2))
    assert "第 101–200 个，共 250 个" in page
    assert 'href="?kind=town&amp;page=3"' in page
    assert 'aria-current="page">2<' in page
    assert drawn("{% page_nav page %}", page=Paginator([], 100).page(1)).strip() == ""


def test_elder_mode_and_theme_without_script(personas, signed_in):
    client = signed_in(personas.office)
    assert '<html lang="zh-CN">' in client.get("/me/").content.decode()
    assert client.post("/me/display/", {"mode": "elder", "next": "/me/"})["Location"] == "/me/"
    client.post("/me/display/", {"theme": "dark", "next": "/me/"})
    assert '<html lang="zh-CN" data-mode="elder" data-theme="dark">' in client.get("/me/").content.decode()
    client.post("/me/display/", {"mode": "", "next": "/me/"})
    assert '<html lang="zh-CN" data-theme="dark">' in client.get("/me/").content.decode()


@pytest.mark.parametrize("choice", [{"mode": "<x>"}, {"theme": "red"}])
def test_an_unknown_look_is_forgotten(choice, client, db):
    client.post("/me/display/", choice)
    assert '<html lang="zh-CN">' in client.get("/accounts/login/").content.decode()


def test_elder_mode_leads_to_no_other_site(client, db):
    assert client.post("/me/display/", {"mode": "elder", "next": "//evil.example/"})["Location"] == "/"


def test_a_visitor_can_choose_elder_mode_too(client, db):
    client.post("/me/display/", {"mode": "elder", "next": "/accounts/login/"})
    assert 'data-mode="elder"' in client.get("/accounts/login/").content.decode()


def test_the_page_carries_the_congress(client, district):
    page = client.get("/accounts/login/").content.decode()
    assert "榕江区人大" in page
    assert 'href="tel:0770-0000000"' in page
    seal = client.get("/seal.svg")
    assert (seal["Content-Type"], ">榕</text>" in seal.content.decode()) == ("image/svg+xml", True)


def test_an_empty_installation_has_a_frame_too(client, db):
    assert "人大代表工作平台" in client.get("/accounts/login/").content.decode()
    assert ">代</text>" in client.get("/seal.svg").content.decode()


def current(page):
    return re.findall(r'<a href="([^"]+)" aria-current="page">', page)


def test_the_navigation_shows_what_one_may_use_and_where_one_is(personas, signed_in):
    page = signed_in(personas.sysadmin).get("/me/").content.decode()
    assert "/admin/congress/user/" in page
    assert "/admin/congress/rolegrant/" not in page
    office = signed_in(personas.office)
    assert current(office.get("/platforms/").content.decode()) == ["/platforms/"]
    assert "/admin/congress/user/" not in office.get("/").content.decode()


def refuse(request):
    raise DomainError("该建议已由他人交办，请刷新后查看。")


def forbid(request):
    raise PermissionDenied


def fail(request):
    raise RuntimeError("not for people")


def take(request):
    return HttpResponse(request.POST.get("x", ""))


urlpatterns = [path("refuse/", refuse), path("forbid/", forbid), path("fail/", fail), path("take/", take), *product.urlpatterns]
handler400, handler403, handler404, handler500 = product.handler400, product.handler403, product.handler404, product.handler500


@pytest.fixture
def office(personas):
    client = Client(raise_request_exception=False, enforce_csrf_checks=False)
    client.force_login(personas.office)
    with override_settings(ROOT_URLCONF=__name__):
        yield client


def test_a_refusal_is_its_sentence_and_a_way_back(office):
    response = office.post("/refuse/", headers={"Referer": "http://testserver/me/"})
    assert response.status_code == 409
    page = response.content.decode()
    assert "该建议已由他人交办，请刷新后查看。" in page
    assert 'href="http://testserver/me/"' in page
    assert "evil" not in office.post("/refuse/", headers={"Referer": "https://evil.example/"}).content.decode()


def test_a_refusal_of_htmx_leaves_the_page_as_it_is(office):
    response = office.post("/refuse/", headers={"HX-Request": "true"})
    assert (response.status_code, response["HX-Retarget"], response["HX-Reswap"]) == (409, "#says", "innerHTML")
    assert "<html" not in response.content.decode()


def test_htmx_after_half_an_hour_keeps_what_was_typed(client, db):
    response = client.post("/notices/read/", headers={"HX-Request": "true"})
    assert (response.status_code, response["HX-Retarget"]) == (401, "#says")
    assert "内容仍在本页" in response.content.decode()


@pytest.mark.parametrize(
    ("address", "status", "words"), [("/forbid/", 403, "没有权限"), ("/none/", 404, "没有找到这一页"), ("/fail/", 500, "系统出错")]
)
def test_error_pages_say_what_to_do(address, status, words, office):
    response = office.get(address)
    page = response.content.decode()
    assert response.status_code == status
    assert words in page
    assert "回到工作台" in page
    assert "not for people" not in page


def test_the_page_for_a_fault_needs_no_database(rf, django_db_blocker):
    from congress.views.errors import server_error

    with django_db_blocker.block():
        assert "系统出错" in server_error(rf.get("/")).content.decode()


def test_an_upload_that_is_too_large_is_said_so(office, settings):
    settings.DATA_UPLOAD_MAX_MEMORY_SIZE = 10
    response = office.post("/take/", {"x": "y" * 100})
    assert (response.status_code, "文件太大" in response.content.decode()) == (413, True)


def test_an_expired_page_is_said_so(personas):
    client = Client(enforce_csrf_checks=True)
    client.force_login(personas.office)
    response = client.post("/notices/read/")
    assert (response.status_code, "页面已过期" in response.content.decode()) == (403, True)


def test_no_page_carries_inline_script_or_style_or_another_origin():
    for template in Path(settings.BASE_DIR / "templates").rglob("*.html"):
        if "documents" in template.parts:
            continue  # paper, not pages
        text = template.read_text()
        assert not re.search(r"<script(?![^>]*\bsrc=)|<style|\sstyle=|\son(click|load|change|submit)=", text), template
        assert not re.search(r'(src|href|action)="(https?:)?//', text), template


def test_the_first_visit_on_a_phone_is_small(client, personas, signed_in):
    """At most 80 KB over the wire (looks.md, issue): page, styles, scripts and icons, each compressed."""
    page = signed_in(personas.deputy).get("/").content
    files = re.findall(r'(?:href|src)="/static/([^"#]+)"', page.decode()) + ["img/icons.svg"]
    total = len(gzip.compress(page)) + sum(len(gzip.compress(Path(finders.find(name)).read_bytes())) for name in set(files))
    assert total < 80_000
