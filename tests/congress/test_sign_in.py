"""Signing in by username or phone, being locked out, the second step, and what the audit trail keeps of it."""

import pytest
from allauth.mfa.models import Authenticator
from allauth.mfa.recovery_codes.internal.auth import RecoveryCodes
from allauth.mfa.totp.internal.auth import TOTP, format_hotp_value, generate_totp_secret, hotp_value, yield_hotp_counters_from_time
from django.core.cache import cache
from django.test import Client
from django.urls import NoReverseMatch, reverse

from congress.enums import Outcome
from congress.models import AuditEntry
from congress.phones import normalised
from tests.factories.congress import PASSWORD, UserFactory

LOGIN = "/accounts/login/"


@pytest.fixture(autouse=True)
def _no_tries_yet():
    cache.clear()


@pytest.fixture
def clerk(district):
    return UserFactory(username="hejing", name="何静", phone="13800002607")


def try_in(client, login, password=PASSWORD, **more):
    return client.post(LOGIN, {"login": login, "password": password, **more})


@pytest.mark.parametrize(
    "typed",
    [
        "hejing",
        "HeJing",
        " hejing ",
        "13800002607",
        "138 0000 2607",
        "138-0000-2607",
        "+86 13800002607",
        "008613800002607",
        "１３８００００２６０７",
    ],
)
def test_the_account_is_found_however_it_is_written(client, clerk, typed):
    response = try_in(client, typed)
    assert (response.status_code, response["Location"]) == (302, "/")
    assert client.get("/me/").status_code == 200


def test_a_wrong_password_says_how_many_tries_are_left_and_keeps_the_account(client, clerk):
    response = try_in(client, "138 0000 2607", "wrong")
    assert response.status_code == 200
    form = response.context["form"]
    assert form.errors == {"password": ["账号或密码不对。还可以再试 4 次，之后锁定 20 分钟。账号已保留。"]}
    assert 'value="138 0000 2607"' in response.content.decode()
    assert "wrong" not in response.content.decode()


def test_an_unknown_account_is_told_the_same(client, clerk):
    assert try_in(client, "nobody", "wrong").context["form"].errors == try_in(client, "hejing", "wrong").context["form"].errors


def test_five_failures_lock_the_account_however_it_is_written(client, clerk):
    for typed in ("hejing", "13800002607", "138 0000 2607", "HEJING", "+86 138 0000 2607"):
        last = try_in(client, typed, "wrong")
    locked = {"password": ["输错次数过多，已锁定 20 分钟。请稍后再试，或打电话求助。账号已保留。"]}
    assert last.context["form"].errors == locked
    assert try_in(client, "hejing").context["form"].errors == locked
    assert "_auth_user_id" not in client.session


def test_signing_in_costs_no_try(client, clerk):
    for _ in range(4):
        try_in(client, "hejing", "wrong")
    assert try_in(client, "hejing").status_code == 302
    client.logout()
    assert "还可以再试" not in try_in(client, "hejing", "wrong").content.decode()


def test_a_stopped_account_is_told_so(client, clerk):
    clerk.is_active = False
    clerk.save()
    response = try_in(client, "hejing")
    assert response["Location"] == "/accounts/inactive/"
    assert "这个账号已停用" in client.get(response["Location"]).content.decode()


def test_it_leads_back_to_the_page_that_asked(client, clerk):
    assert client.get("/me/")["Location"] == "/accounts/login/?next=/me/"
    assert client.post("/accounts/login/?next=/me/", {"login": "hejing", "password": PASSWORD, "next": "/me/"})["Location"] == "/me/"


def test_it_does_not_lead_to_another_site(client, clerk):
    assert try_in(client, "hejing", next="https://evil.example/")["Location"] == "/"


def test_the_account_is_remembered_on_the_device_only_when_asked(client, clerk):
    try_in(client, "13800002607", own="on")
    client.post("/accounts/logout/")
    assert 'value="13800002607"' in client.get(LOGIN).content.decode()
    try_in(client, "13800002607")
    client.post("/accounts/logout/")
    assert 'value="13800002607"' not in client.get(LOGIN).content.decode()


@pytest.mark.parametrize(
    "path", ["/accounts/signup/", "/accounts/email/", "/accounts/password/reset/", "/accounts/3rdparty/", "/accounts/login/code/"]
)
def test_what_the_library_offers_beside_is_not_reachable(client, db, path):
    assert client.get(path).status_code == 404
    with pytest.raises(NoReverseMatch):
        reverse("account_signup")


def rows():
    return list(AuditEntry.objects.order_by("pk").values_list("action", "actor_name", "outcome", "target_ref", "reason"))


def test_every_sign_in_failure_and_sign_out_is_in_the_audit_trail(client, clerk):
    try_in(client, "hejing", "wrong")
    try_in(client, "my-secret-typed-into-the-wrong-field", "x")
    try_in(client, "hejing")
    client.post("/accounts/logout/")
    assert rows() == [
        ("congress.sign_in", "未登录", Outcome.REFUSED, "hejing", "账号或密码不对"),
        ("congress.sign_in", "未登录", Outcome.REFUSED, "my-…", "账号或密码不对"),
        ("congress.sign_in", "何静", Outcome.SUCCESS, "hejing", ""),
        ("congress.sign_out", "何静", Outcome.SUCCESS, "hejing", ""),
    ]
    assert AuditEntry.objects.filter(ip="127.0.0.1").count() == 4


def test_a_locked_try_is_in_the_audit_trail(client, clerk):
    for _ in range(6):
        try_in(client, "hejing", "wrong")
    assert rows()[-1] == ("congress.sign_in", "未登录", Outcome.REFUSED, "hejing", "输错次数过多，已锁定")


def test_changing_the_password(client, clerk):
    client.force_login(clerk)
    page = {"oldpassword": "wrong", "password1": "Xin-de-mima-2027", "password2": "Xin-de-mima-2027"}
    assert client.post("/accounts/password/", page).context["form"].errors == {"oldpassword": ["当前密码不对。"]}
    weak = {**page, "oldpassword": PASSWORD, "password1": "12345678901", "password2": "12345678901"}
    assert set(client.post("/accounts/password/", weak).context["form"].errors) == {"password1"}
    assert client.post("/accounts/password/", {**page, "oldpassword": PASSWORD})["Location"] == "/me/"
    clerk.refresh_from_db()
    assert clerk.check_password("Xin-de-mima-2027")
    assert rows()[-1][0] == "congress.change_password"
    assert "密码已修改。" in client.get("/me/").content.decode()


def code_for(secret):
    return format_hotp_value(hotp_value(secret, next(iter(yield_hotp_counters_from_time()))))


def test_the_second_step(client, clerk):
    secret = generate_totp_secret()
    TOTP.activate(clerk, secret)
    RecoveryCodes.activate(clerk)
    assert try_in(client, "hejing")["Location"] == "/accounts/2fa/authenticate/"
    assert client.get("/me/")["Location"].startswith(LOGIN)
    refused = client.post("/accounts/2fa/authenticate/", {"code": "000000"})
    assert refused.context["form"].errors == {"code": ["验证码不对。请看清当前的 6 位数字再输入。"]}
    assert client.post("/accounts/2fa/authenticate/", {"code": code_for(secret)})["Location"] == "/"
    assert client.get("/me/").status_code == 200
    assert [(row[0], row[2], row[4]) for row in rows()] == [
        ("congress.sign_in", Outcome.REFUSED, "动态验证码不对"),
        ("congress.sign_in", Outcome.SUCCESS, ""),
    ]


def test_turning_the_second_step_on_and_off(clerk, django_capture_on_commit_callbacks):
    client = Client()
    try_in(client, "hejing")
    again = client.get("/accounts/2fa/app/")["Location"]
    assert again == "/accounts/reauthenticate/?next=%2Faccounts%2F2fa%2Fapp%2F"
    assert client.post(again, {"password": "wrong"}).context["form"].errors == {"password": ["密码不对。"]}
    assert client.post(again, {"password": PASSWORD})["Location"] == "/accounts/2fa/app/"
    page = client.get("/accounts/2fa/app/")
    secret = page.context["form"].secret
    with django_capture_on_commit_callbacks(execute=True):
        client.post("/accounts/2fa/app/", {"code": code_for(secret)})
    assert set(Authenticator.objects.filter(user=clerk).values_list("type", flat=True)) == {"totp", "recovery_codes"}
    assert "还剩 10 个，共 10 个" in client.get("/accounts/2fa/codes/").content.decode()
    assert client.get("/accounts/2fa/codes/download/")["Content-Type"].startswith("text/plain")
    client.post("/accounts/2fa/app/remove/")
    assert not Authenticator.objects.filter(user=clerk).exists()
    changes = [row[0] for row in rows() if "totp" in row[0] or "codes" in row[0]]
    assert changes == ["congress.add_totp", "congress.add_recovery_codes", "congress.remove_totp", "congress.remove_recovery_codes"]


def test_leaving_for_half_an_hour_signs_out(settings):
    assert settings.SESSION_COOKIE_AGE == 30 * 60
    assert settings.SESSION_SAVE_EVERY_REQUEST


@pytest.mark.parametrize(
    ("typed", "plain"), [("+86 138-0000-2607", "13800002607"), ("０７７０－５５５０１２６", "07705550126"), ("12345", "12345")]
)
def test_numbers_are_kept_in_one_form(typed, plain):
    assert normalised(typed) == plain
