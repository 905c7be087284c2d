"""The staff admin: who enters which table, and what each change leaves in the audit trail."""

import datetime

import pytest
from django.contrib import admin

from congress.enums import Outcome, Role
from congress.errors import DomainError
from congress.models import Area, AuditEntry, Organisation, RoleGrant, User
from congress.services import accounts, audit
from tests.factories.congress import PASSWORD, RoleGrantFactory, UserFactory

TABLES = {
    "area": {"office"},
    "organisation": {"office", "secadmin"},
    "congress": {"office"},
    "term": {"office"},
    "session": {"office"},
    "user": {"sysadmin", "secadmin"},
    "rolegrant": {"secadmin"},
    "auditentry": {"auditor"},
}


@pytest.mark.parametrize("table", TABLES)
def test_each_table_opens_to_its_roles_alone(table, personas, signed_in):
    entered = {name for name, user in personas.all().items() if signed_in(user).get(f"/admin/congress/{table}/").status_code == 200}
    assert entered == TABLES[table]


def test_the_index_opens_to_staff_alone(personas, signed_in):
    entered = {name for name, user in personas.all().items() if signed_in(user).get("/admin/").status_code == 200}
    assert entered == {"office", "sysadmin", "secadmin", "auditor"}


def test_a_visitor_is_led_to_sign_in_and_back(client, db):
    assert client.get("/admin/congress/area/")["Location"] == "/accounts/login/?next=/admin/congress/area/"


def test_only_our_own_tables_are_shown():
    assert {model._meta.app_label for model in admin.site._registry} <= {"congress", "deputies", "platforms", "activities", "suggestions"}


def test_the_list_tells_its_number_of_rows(personas, signed_in):
    client = signed_in(personas.office)
    assert client.get("/admin/congress/area/")["X-Total-Count"] == str(Area.objects.count())
    assert client.get("/admin/congress/area/?kind__exact=town")["X-Total-Count"] == "2"


def test_it_speaks_chinese(personas, signed_in):
    page = signed_in(personas.office).get("/admin/").content.decode()
    assert "基础数据管理" in page
    assert "回到工作台" in page
    assert "Django" not in page


def last():
    return AuditEntry.objects.order_by("-pk").first()


def test_an_area_is_entered_renamed_and_moved_through_its_service(personas, district, signed_in):
    client = signed_in(personas.office)
    new = {"code": "469901101203", "name": "新岭村", "kind": "village", "parent": district.town1.pk, "position": "3", "is_active": "on"}
    assert client.post("/admin/congress/area/add/", new).status_code == 302
    area = Area.objects.get(code="469901101203")
    assert (area.path, area.position) == ("469901/469901101/469901101203/", 3)
    assert last().action == "congress.create_area"
    client.post(f"/admin/congress/area/{area.pk}/change/", {**new, "name": "新山村", "parent": district.town2.pk})
    area.refresh_from_db()
    assert (area.name, area.path) == ("新山村", "469901/469901102/469901101203/")
    assert {"congress.rename_area", "congress.move_area"} <= set(AuditEntry.objects.values_list("action", flat=True))


@pytest.mark.parametrize(
    ("change", "field", "sentence"),
    [
        ({"kind": "town"}, "kind", "类别与区划代码的位数不符：市 4 位，区（县）6 位，镇街 9 位，村（社区）12 位。"),
        ({"parent": "village"}, "parent", "村不能作为它的上级区划。"),
    ],
)
def test_an_area_that_does_not_fit_the_tree_is_refused_on_the_form(change, field, sentence, personas, district, signed_in):
    new = {
        "code": "469901101203",
        "name": "新岭村",
        "kind": "village",
        "parent": district.town1.pk,
        "position": "0",
        "is_active": "on",
        **change,
    }
    if new["parent"] == "village":
        new["parent"] = district.villages[1].pk
    response = signed_in(personas.office).post("/admin/congress/area/add/", new)
    assert response.context["adminform"].form.errors == {field: [sentence]}


def test_changes_of_an_organisation_are_audited_field_by_field(personas, district, signed_in):
    unit = district.unit
    fields = {"code": unit.code, "name": unit.name, "kind": unit.kind, "area": unit.area_id, "phone": "0770-1234567", "is_active": "on"}
    client = signed_in(personas.office)
    client.post(f"/admin/congress/organisation/{unit.pk}/change/", fields)
    entry = last()
    assert (entry.action, entry.target_ref, entry.changes) == ("congress.change_organisation", "JTJ", {"phone": ["", "0770-1234567"]})
    count = AuditEntry.objects.count()
    client.post(f"/admin/congress/organisation/{unit.pk}/change/", fields)
    assert AuditEntry.objects.count() == count
    unit.grants.all().delete()
    assert client.post(f"/admin/congress/organisation/{unit.pk}/delete/", {"post": "yes"}).status_code == 302
    assert (last().action, last().target_ref) == ("congress.delete_organisation", "JTJ")


def test_an_account_is_made_without_password_hash_in_the_trail(personas, signed_in):
    new = {"username": "xinren", "name": "新人", "phone": "138 0000 9999", "password1": PASSWORD, "password2": PASSWORD}
    assert signed_in(personas.sysadmin).post("/admin/congress/user/add/", new).status_code == 302
    user = User.objects.get(username="xinren")
    assert (user.phone, user.check_password(PASSWORD), user.is_staff) == ("13800009999", True, False)
    entry = last()
    assert entry.action == "congress.create_user"
    assert "password" not in entry.changes


def test_a_number_belongs_to_one_account(personas, signed_in):
    UserFactory(username="a", phone="13800009999")
    client = signed_in(personas.sysadmin)
    new = {"username": "b", "name": "乙", "phone": "+86 138-0000-9999", "password1": PASSWORD, "password2": PASSWORD}
    assert client.post("/admin/congress/user/add/", new).context["adminform"].form.errors == {"phone": ["这个手机号已登记在另一个账号上。"]}
    new = {**new, "username": "13800009999", "phone": ""}
    assert client.post("/admin/congress/user/add/", new).context["adminform"].form.errors == {"username": ["这个账号已有人使用。"]}


def test_resetting_a_password_is_audited(personas, signed_in):
    user = UserFactory(username="a")
    change = {"password1": "Xin-de-mima-2027", "password2": "Xin-de-mima-2027"}
    client = signed_in(personas.sysadmin)
    assert client.get(f"/admin/congress/user/{user.pk}/password/").status_code == 200
    assert client.post(f"/admin/congress/user/{user.pk}/password/", change).status_code == 302
    user.refresh_from_db()
    assert user.check_password("Xin-de-mima-2027")
    assert (last().action, last().target_ref) == ("congress.reset_password", "a")


def test_the_security_administrator_sees_accounts_and_changes_none(personas, signed_in):
    client = signed_in(personas.secadmin)
    page = client.get(f"/admin/congress/user/{personas.office.pk}/change/")
    assert page.status_code == 200
    assert "重设密码" not in page.content.decode()
    assert client.post(f"/admin/congress/user/{personas.office.pk}/change/", {"username": "x"}).status_code == 403
    assert client.get(f"/admin/congress/user/{personas.office.pk}/password/").status_code == 403


def test_roles_are_granted_and_ended(personas, district, signed_in):
    client = signed_in(personas.secadmin)
    grant = {"user": personas.visitor.pk, "role": "leader", "organisation": district.committee.pk, "starts_on": "2026-01-01", "ends_on": ""}
    assert client.post("/admin/congress/rolegrant/add/", grant).status_code == 302
    given = RoleGrant.objects.get(user=personas.visitor)
    assert given.role == Role.LEADER
    assert last().action == "congress.grant_role"
    assert client.post(f"/admin/congress/rolegrant/{given.pk}/change/", {"ends_on": ""}).context["adminform"].form.errors == {
        "ends_on": ["请填写结束日期。"]
    }
    assert client.post(f"/admin/congress/rolegrant/{given.pk}/change/", {"ends_on": "2026-06-30"}).status_code == 302
    given.refresh_from_db()
    assert given.ends_on == datetime.date(2026, 6, 30)
    assert last().action == "congress.end_role"
    assert client.post(f"/admin/congress/rolegrant/{given.pk}/delete/", {"post": "yes"}).status_code == 403


def test_a_second_admin_role_is_refused_on_the_form(personas, district, signed_in):
    grant = {
        "user": personas.auditor.pk,
        "role": "system_admin",
        "organisation": district.committee.pk,
        "starts_on": "2026-01-01",
        "ends_on": "",
    }
    response = signed_in(personas.secadmin).post("/admin/congress/rolegrant/add/", grant)
    assert response.context["adminform"].form.non_field_errors() == [
        "审计管理员丙在这段时间已担任审计管理员，系统、安全、审计三员不得由一人兼任，也不重复授予。"
    ]


def refusal(**grant):
    with pytest.raises(DomainError) as refused:
        accounts.grant_role(**grant)
    return str(refused.value)


def test_what_the_service_refuses(personas, district):
    p, office = personas, district.office
    assert (
        refusal(actor=p.secadmin, user=p.secadmin, role=Role.OFFICE, organisation=office)
        == "不能给自己授予角色。请由另一名安全管理员办理。"
    )
    assert "三员不办理业务" in refusal(actor=p.secadmin, user=p.office, role=Role.AUDIT_ADMIN, organisation=office)
    assert "三员不办理业务" in refusal(actor=p.secadmin, user=p.auditor, role=Role.OFFICE, organisation=office)
    assert "现在就是" in refusal(actor=p.secadmin, user=p.office, role=Role.OFFICE, organisation=office)
    assert not AuditEntry.objects.filter(action="congress.grant_role").exists()


def test_granting_and_ending_twice_changes_nothing_more(personas, district):
    grant = {
        "actor": audit.SYSTEM,
        "user": personas.visitor,
        "role": Role.OFFICE,
        "organisation": district.office,
        "starts_on": datetime.date(2026, 1, 1),
    }
    first = accounts.grant_role(**grant)
    assert accounts.grant_role(**grant) == first
    for _ in range(2):
        accounts.end_role(actor=audit.SYSTEM, grant=first, ends_on=datetime.date(2026, 3, 1))
    assert AuditEntry.objects.count() == 2
    with pytest.raises(DomainError, match="不能延长"):
        accounts.end_role(actor=audit.SYSTEM, grant=first, ends_on=datetime.date(2026, 4, 1))


def test_a_lost_phone_is_taken_off_the_account(personas, signed_in):
    from allauth.mfa.totp.internal.auth import TOTP, generate_totp_secret

    TOTP.activate(personas.office, generate_totp_secret())
    chosen = {"action": "forget_second_step", "_selected_action": [personas.office.pk, personas.leader.pk]}
    page = signed_in(personas.sysadmin).post("/admin/congress/user/", chosen, follow=True).content.decode()
    assert "已清除：韦工委。" in page
    assert AuditEntry.objects.filter(action="congress.forget_second_step").count() == 1


def test_a_refused_entry_is_in_the_audit_trail(personas, signed_in):
    signed_in(personas.town1).get("/admin/congress/auditentry/")
    assert (
        AuditEntry.objects.filter(action="congress.access", outcome=Outcome.REFUSED, target_ref="/admin/congress/auditentry/").count() == 1
    )


def test_the_audit_trail_is_read_in_chinese_and_never_changed(personas, signed_in):
    accounts.grant_role(actor=audit.SYSTEM, user=personas.visitor, role=Role.OFFICE, organisation=Organisation.objects.get(code="DGW"))
    client = signed_in(personas.auditor)
    assert client.get("/audit/")["Location"] == "/admin/congress/auditentry/"
    entry = AuditEntry.objects.get(action="congress.grant_role")
    page = client.get(f"/admin/congress/auditentry/{entry.pk}/change/").content.decode()
    assert "角色：（空） → 代表工委工作人员" in page
    assert "congress." not in page.split("<main", 1)[1]
    assert client.post(f"/admin/congress/auditentry/{entry.pk}/change/", {"reason": "x"}).status_code == 403
    assert client.get("/admin/congress/auditentry/add/").status_code == 403
    assert client.get("/admin/congress/auditentry/?action=congress.grant_role")["X-Total-Count"] == "1"


def test_the_audit_trail_is_exported_as_it_is_filtered(personas, signed_in):
    audit.record(personas.office, "congress.sign_out", personas.office, reason="=1+1")
    response = signed_in(personas.auditor).get("/admin/congress/auditentry/export/?action=congress.sign_out")
    rows = b"".join(response.streaming_content).decode("utf-8-sig").splitlines()
    assert [row.split(",")[4] for row in rows] == ["操作", "退出登录"]
    assert "'=1+1" in rows[1]
    assert AuditEntry.objects.filter(action="congress.export_audit").count() == 1
    assert signed_in(personas.office).get("/admin/congress/auditentry/export/").status_code == 403


@pytest.mark.parametrize("table", ["area", "organisation", "user", "rolegrant", "auditentry"])
def test_a_list_asks_the_same_number_of_queries_for_more_rows(table, personas, signed_in, django_assert_max_num_queries):
    reader = {"user": personas.sysadmin, "rolegrant": personas.secadmin, "auditentry": personas.auditor}.get(table, personas.office)
    client = signed_in(reader)
    counts = []
    for _ in range(2):
        with django_assert_max_num_queries(15) as asked:
            assert client.get(f"/admin/congress/{table}/").status_code == 200
        counts.append(len(asked))
        for _ in range(3):
            audit.record(RoleGrantFactory().user, "congress.sign_in")
    assert counts[0] == counts[1]
