"""Long tables: the markup a list page gets, with everything people typed escaped."""

from __future__ import annotations

import pytest
from django.urls import reverse
from django.utils.safestring import SafeString

from congress.tables import Column, Table, addresses, link

ROWS = [("D<1>", 3), ("100%", 0)]
TABLE: Table[tuple[str, int]] = Table(
    "名册 & 表",
    [
        Column("姓名", lambda row: row[0], is_heading=True),
        Column("件数（%）", lambda row: link("/x/?a=1&b=2", row[1], "strong") if row[1] else "无", css="num"),
        Column("图", lambda row: SafeString("<svg></svg>"), head=SafeString("<b>70</b>"), is_labelled=False),
    ],
    css="mid",
)


def test_a_table_row_by_row():
    assert TABLE.render(ROWS) == (
        '<table class="table cards mid" role="table"><caption class="sr">名册 &amp; 表</caption>'
        '<thead role="rowgroup"><tr role="row"><th scope="col" role="columnheader">姓名</th>'
        '<th scope="col" role="columnheader" class="num">件数（%）</th><th scope="col" role="columnheader"><b>70</b></th></tr></thead>'
        '<tbody role="rowgroup">'
        '<tr role="row"><th scope="row" role="rowheader">D&lt;1&gt;</th>'
        '<td role="cell" data-th="件数（%）" class="num"><a class="strong" href="/x/?a=1&amp;b=2">3</a></td><td role="cell"><svg></svg></td></tr>'
        '<tr role="row"><th scope="row" role="rowheader">100%</th><td role="cell" data-th="件数（%）" class="num">无</td>'
        '<td role="cell"><svg></svg></td></tr></tbody></table>'
    )


def test_the_result_is_not_escaped_again():
    assert isinstance(TABLE.render([]), SafeString)


@pytest.mark.parametrize("code", ["DB001", "镇 1", "a&b", "x/y", "50%", "it's"])
def test_addresses_are_those_of_reverse(code: str):
    if "/" in code:
        assert addresses("platforms:detail")(code) == reverse("platforms:detail", args=["CODE"]).replace("CODE", "x%2Fy")
    else:
        assert addresses("platforms:detail")(code) == reverse("platforms:detail", args=[code])
