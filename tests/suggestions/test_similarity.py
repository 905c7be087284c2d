"""Finding earlier suggestions like one being written."""

from __future__ import annotations

import pytest
from django.db import connection
from django.test.utils import CaptureQueriesContext

from suggestions.models import GramCount, TitleGram
from suggestions.services import proposing, similarity
from suggestions.services.similarity import grams
from tests.factories.suggestions import SuggestionFactory


@pytest.mark.parametrize(
    ("title", "pairs"),
    [
        ("关于加强村道修复的建议", {"村道", "道修", "修复"}),
        ("关于进一步完善的建议", set()),
        ("修路2026年，架桥", {"修路", "架桥"}),
        ("", set()),
    ],
)
def test_pairs_of_what_a_title_is_about(title, pairs):
    assert grams(title) - {"年"} == pairs


def test_the_likest_first_and_no_stranger(db):
    titles = ["关于修复上岭村道的建议", "关于修复下岭村道路面的建议", "关于建设区图书馆的建议"]
    same, near, other = (SuggestionFactory(title=title) for title in titles)
    similarity.index([same, near, other])
    found = similarity.find("关于修复上岭村道路的建议")
    assert [each.suggestion for each in found] == [same, near]
    assert found[0].share == pytest.approx(2 * 5 / (5 + 6))
    assert [each.suggestion for each in similarity.find("关于修复上岭村道路的建议", besides=same)] == [near]
    assert similarity.find("关于加强社会治安的建议") == []


def test_indexing_twice_counts_once_and_a_new_title_replaces_the_old(db):
    row = SuggestionFactory(title="关于修路的建议")
    for _ in range(2):
        similarity.index([row])
    assert list(GramCount.objects.values_list("gram", "count")) == [("修路", 1)]
    row.title = "关于架桥的建议"
    for _ in range(2):
        similarity.reindex(row)
    assert list(TitleGram.objects.values_list("gram", flat=True)) == ["架桥"]
    assert dict(GramCount.objects.values_list("gram", "count")) == {"修路": 0, "架桥": 1}


def test_a_look_up_costs_three_queries_however_many_titles(db):
    counts = []
    for number in (1, 30):
        similarity.index([SuggestionFactory(title=f"关于修复第{'甲乙丙'[n % 3]}段村道的建议") for n in range(number)])
        with CaptureQueriesContext(connection) as made:
            similarity.find("关于修复甲段村道的建议")
        counts.append(len(made))
    assert counts == [3, 3]


def test_handing_in_makes_it_findable(personas, district):
    seat = personas.deputy.deputy.mandates.get()
    draft = proposing.draft(actor=personas.deputy, proposer=seat, title="关于修建灌渠的建议", basis="缺水。", request="修渠。")
    assert similarity.find("修建灌渠") == []
    proposing.submit(actor=personas.deputy, suggestion=draft)
    assert [each.suggestion.pk for each in similarity.find("修建灌渠")] == [draft.pk]
