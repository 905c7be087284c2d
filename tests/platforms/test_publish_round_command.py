"""``publish_round``: publishes once, prints everything, writes results that can be reckoned again."""

import hashlib
import json
from fractions import Fraction

import pytest
from django.core.management import CommandError, call_command

from congress.models import Document
from platforms.enums import RoundState
from platforms.models import AssessmentRound, Bulletin
from tests.platforms import playing
from tests.platforms.test_totals import reckon

pytestmark = pytest.mark.django_db


@pytest.fixture
def round(district, personas, score_table):
    playing.make_platforms(district, towns=1)
    return playing.play_to_objection(personas, playing.open_round(personas), share="0.8")


def test_writes_the_files_and_their_checksums(round, tmp_path, capsys):
    out = tmp_path / "通报" / "三季度"
    call_command("publish_round", "2026q3", "--out", str(out), "--json")
    printed = json.loads(capsys.readouterr().out)
    results = json.loads((out / "results.json").read_text(encoding="utf-8"))
    assert printed == results
    assert (results["round"], results["version"]) == ("2026Q3", 1)
    kinds = [document["kind"] for document in results["documents"]]
    assert kinds == ["bulletin", "bulletin_word", "score_table", *["area_report"] * 4, *["platform_sheet"] * 2]
    for document in results["documents"]:
        assert hashlib.sha256((out / document["path"]).read_bytes()).hexdigest() == document["sha256"]
        assert document["title"]
        assert (document["pages"] or 0) >= 1 or not document["path"].endswith(".pdf")
    assert sorted(path.name for path in out.iterdir()) == sorted(["results.json", *(document["path"] for document in results["documents"])])
    told = {each["code"]: Fraction(str(each["score"])) for each in [*results["areas"], *results["platforms"]]}
    assert told == reckon(results)
    keys = {"code", "name", "kind", "items", "platform_weight", "bonus", "deduction", "score", "grade", "rank", "previous_rank"}
    assert all(keys <= area.keys() for area in results["areas"])
    assert all({"code", "name", "area", "items", "bonus", "deduction", "score"} <= platform.keys() for platform in results["platforms"])
    assert [area["rank"] for area in results["areas"]] == [1, 1, 1, 1]


def test_a_second_call_publishes_and_prints_nothing_anew(round, tmp_path):
    call_command("publish_round", "2026Q3", "--out", str(tmp_path / "a"))
    made = list(Document.objects.order_by("pk").values_list("sha256", "ready_at", "attempts"))
    call_command("publish_round", "2026Q3", "--out", str(tmp_path / "b"))
    assert list(Document.objects.order_by("pk").values_list("sha256", "ready_at", "attempts")) == made
    assert Bulletin.objects.count() == 1
    assert (tmp_path / "a" / "results.json").read_bytes() == (tmp_path / "b" / "results.json").read_bytes()


@pytest.mark.parametrize(
    ("code", "sentence"),
    [
        ("2026Q2", "没有2026Q2的考评。请先开始该季度的考评。"),
        ("三季度", "“三季度”不是时段。应写作 2026、2026H1、2026Q3 或 2026-09。"),
        ("2026Q3", "2026年第三季度交叉考评现为“自评”阶段，各单位全部审定后才能通报。"),
    ],
)
def test_refuses_with_a_sentence_and_writes_nothing(district, personas, score_table, tmp_path, code, sentence):
    playing.open_round(personas)
    with pytest.raises(CommandError) as refusal:
        call_command("publish_round", code, "--out", str(tmp_path / "out"))
    assert str(refusal.value) == sentence
    assert not (tmp_path / "out").exists()
    assert AssessmentRound.objects.get().state == RoundState.SELF_SCORING
