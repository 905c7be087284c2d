"""The lists of areas and organisations."""

import pytest

pytestmark = pytest.mark.django_db


def listed(client, address):
    page = client.get(address)
    assert page.status_code == 200
    return page["X-Total-Count"], [row.name for row in page.context["page"]]


def test_tree_of_areas(personas, signed_in):
    client = signed_in(personas.town1)
    total, names = listed(client, "/areas/")
    assert (total, names[:4]) == ("11", ["榕江区", "城中街道", "榕树社区", "东岭镇"])
    assert listed(client, "/areas/?within=469901101") == ("3", ["东岭镇", "上岭村", "下岭村"])
    assert listed(client, "/areas/?kind=community") == ("2", ["榕树社区", "侨兴社区"])
    assert listed(client, "/areas/?q=塘")[1] == ["西塘镇", "塘边村", "塘尾村"]
    assert listed(client, "/areas/?within=nothing") == ("0", [])
    text = client.get("/areas/?within=469901101").content.decode()
    assert "东岭镇的区划" in text and ">2</a>" in text and "导入区划" not in text


def test_organisations(personas, signed_in):
    client = signed_in(personas.office)
    assert listed(client, "/organisations/")[0] == "8"
    assert listed(client, "/organisations/?within=469901101") == ("1", ["东岭镇人大主席团"])
    assert listed(client, "/organisations/?kind=branch_office&q=NC") == ("1", ["红星华侨农场人大工委"])
    assert "导入单位" in client.get("/organisations/").content.decode()


@pytest.mark.parametrize("address", ["/areas/", "/organisations/"])
def test_without_a_role_there_is_nothing(address, personas, signed_in, django_assert_max_num_queries):
    assert listed(signed_in(personas.visitor), address) == ("0", [])
    office = signed_in(personas.office)
    with django_assert_max_num_queries(15):
        office.get(address)
