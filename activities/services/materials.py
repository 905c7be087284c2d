"""Materials to read (学习资料), with a short test where wanted: published, read, tested, credited once (source speech 一)."""

from __future__ import annotations

import re
from collections.abc import Iterable, Mapping, Sequence
from dataclasses import dataclass
from typing import Any

from django.core.exceptions import PermissionDenied
from django.core.files.base import File
from django.db import IntegrityError, transaction
from django.db.models import QuerySet
from django.urls import reverse
from django.utils import timezone

from activities.models import MaterialFile, Reading, TestQuestion, TrainingMaterial
from congress import codes
from congress.access import may
from congress.errors import DomainError
from congress.models import User
from congress.services import audit, files
from congress.services.notices import notify
from deputies.models import Deputy, Mandate
from deputies.services.guards import FieldRefused, require

FIELDS = ("batch", "title", "text", "hours", "published_on", "pass_mark")
MOST_FILES = 10
MOST_QUESTIONS = 30
_LETTERS = "ABCDEFGH"
_NUMBER = re.compile(r"^\d+\s*[.．、]\s*")
_CHOICE = re.compile(r"^([A-Ha-h])\s*[.．、:：]\s*(.+)$")
_ANSWER = re.compile(r"^(?:正确)?答案\s*[:：]?\s*([A-Ha-h])\s*$")


@dataclass(frozen=True)
class Question:
    """A question as it was written: ``answer`` is the place of the right choice, from 0."""

    text: str
    choices: tuple[str, ...]
    answer: int


@dataclass(frozen=True)
class Marked:
    """A test just handed in. ``wrong`` names the places of the questions answered wrongly or not at all."""

    score: int
    best: int
    is_passed: bool
    wrong: tuple[int, ...]


# ---- what is published


def read_questions(text: str) -> list[Question]:
    """Questions as clerks write them: the question, then A. B. C. on lines of their own, then 答案：B.

    Raises DomainError that says in which question what is missing.
    """
    found: list[Question] = []
    asked, choices = "", list[str]()
    for line in filter(None, (line.strip() for line in text.splitlines())):
        number = len(found) + 1
        if match := _ANSWER.match(line):
            answer = _LETTERS.index(match[1].upper())
            if not asked:
                raise DomainError(f"第 {number} 题的答案前面没有题目。")
            if len(choices) < 2:
                raise DomainError(f"第 {number} 题至少要有两个选项，每个选项单独一行，以“A.”“B.”开头。")
            if answer >= len(choices):
                raise DomainError(f"第 {number} 题的答案是 {match[1].upper()}，但没有这个选项。")
            found.append(Question(asked, tuple(choices), answer))
            asked, choices = "", []
        elif (match := _CHOICE.match(line)) and asked:
            if _LETTERS[len(choices) : len(choices) + 1] != match[1].upper():
                raise DomainError(f"第 {number} 题的选项应按 A、B、C 的顺序写，“{line[:20]}”不在应在的位置。")
            choices.append(match[2].strip())
        elif choices:
            raise DomainError(f"第 {number} 题的选项后面应是“答案：”和正确选项的字母，现在是“{line[:20]}”。")
        else:
            asked = f"{asked}{_NUMBER.sub('', line) if not asked else line}"
            if len(asked) > 200:
                raise DomainError(f"第 {number} 题有 {len(asked)} 个字，最多 200 个字。")
    if asked:
        raise DomainError(f"第 {len(found) + 1} 题没有写答案。请在选项下面另起一行写“答案：A”。")
    if len(found) > MOST_QUESTIONS:
        raise DomainError(f"一份测试最多 {MOST_QUESTIONS} 题，现在有 {len(found)} 题。")
    return found


def written(questions: Iterable[TestQuestion]) -> str:
    """Stored questions in the form that ``read_questions`` reads."""
    parts = []
    for number, question in enumerate(questions, 1):
        lines = [f"{number}. {question.text}", *(f"{_LETTERS[at]}. {choice}" for at, choice in enumerate(question.choices))]
        parts.append("\n".join([*lines, f"答案：{_LETTERS[question.answer]}"]))
    return "\n\n".join(parts)


def save_material(
    *,
    actor: User,
    material: TrainingMaterial | None = None,
    questions: Sequence[Question] | None = None,
    uploads: Iterable[File[Any]] = (),
    **fields: Any,
) -> TrainingMaterial:
    """Publishes a material, or changes one. Those it is meant for are told once, when it is published on that day already.

    The same text under the same title, day and batch again gives the one that is there. Hours, pass mark and
    questions stay as they were once somebody has learned from it: what was credited is not rewritten. Raises PermissionDenied,
    FieldRefused, and DomainError for a file that can't be kept.
    """
    if unknown := fields.keys() - set(FIELDS):
        raise TypeError(f"not fields of a material: {sorted(unknown)}")
    examined = _examined(uploads, material)
    if material is None:
        return _add(actor, fields, questions or (), examined)
    with transaction.atomic():
        rows = TrainingMaterial.objects.select_for_update(of=("self",)).select_related("batch__area", "batch__organiser__area")
        now = rows.get(pk=material.pk)
        require(actor, "activities.manage_material", now)
        changes = audit.difference({name: getattr(now, name) for name in fields}, fields)
        old = [Question(row.text, tuple(row.choices), row.answer) for row in now.questions.all()]
        asks_anew = questions is not None and list(questions) != old
        if (asks_anew or changes.keys() & {"hours", "pass_mark"}) and now.readings.exists():
            raise FieldRefused(
                "questions" if asks_anew else "hours", "已有代表学习过这份资料，学时、及格分和测试题不能再改。需要改的，请另发一份。"
            )
        for name, value in fields.items():
            setattr(now, name, value)
        require(actor, "activities.manage_material", now)
        _refuse(now, len(questions) if questions is not None else len(old), bool(examined) or now.files.exists())
        if not changes and not asks_anew and not examined:
            return now
        now.save(update_fields=list(fields))
        if asks_anew:
            now.questions.all().delete()
            _ask(now, questions or ())
        _keep(now, examined, actor)
        told = {name: pair for name, pair in changes.items() if name != "text"}
        audit.record(actor, "activities.change_material", now, changes={**told, **({"files": [0, len(examined)]} if examined else {})})
        return now


def _add(actor: User, fields: dict[str, Any], questions: Sequence[Question], examined: Sequence[files.Examined]) -> TrainingMaterial:
    stub = TrainingMaterial(**fields)
    require(actor, "activities.manage_material", stub)
    _refuse(stub, len(questions), bool(examined))
    same = TrainingMaterial.objects.filter(title=stub.title, batch=stub.batch, published_on=stub.published_on)
    if found := same.first():
        if found.text == stub.text and not examined:
            return found
        raise FieldRefused("title", f"这个班次当天已发布《{found.title}》，编号 {found.code}。请换一个标题，或者修改原来的资料。")

    def write(code: str) -> TrainingMaterial:
        made = TrainingMaterial.objects.create(code=code, **fields)
        _ask(made, questions)
        _keep(made, examined, actor)
        counts = {"questions": [0, len(questions)], "files": [0, len(examined)]}
        audit.record(actor, "activities.publish_material", made, changes=counts)
        return made

    made = codes.with_code(TrainingMaterial, f"ZL{stub.published_on.year}-", write)
    if made.published_on <= timezone.localdate():
        people = User.objects.filter(is_active=True, deputy__in=readers(made).values("pk"))
        url = reverse("activities:material", args=[made.code])
        notify(people, text=f"有新的学习资料：《{made.title}》"[:200], url=url, key=f"material-{made.code}")
    return made


def readers(material: TrainingMaterial) -> QuerySet[Deputy]:
    """Deputies in office whom the material is meant for: the batch's, or all."""
    from activities.services.training import audience

    if material.batch is not None:
        return audience(material.batch)
    return Deputy.objects.filter(pk__in=Mandate.objects.serving().values("deputy"))


def _examined(uploads: Iterable[File[Any]], material: TrainingMaterial | None) -> list[files.Examined]:
    uploads = list(uploads)
    there = material.files.count() if material else 0
    if len(uploads) + there > MOST_FILES:
        raise FieldRefused("uploads", f"一份资料最多 {MOST_FILES} 个文件。请去掉几个，或者分成两份资料。")
    found = []
    for upload in uploads:
        try:
            found.append(files.examine(upload))
        except DomainError as refusal:
            raise FieldRefused("uploads", f"“{files.shown_name(upload.name or '')}”：{refusal}") from refusal
    return found


def _refuse(material: TrainingMaterial, questions: int, has_files: bool) -> None:
    if not material.text.strip() and not has_files:
        raise FieldRefused("text", "请填写正文，或者上传文件，至少一样。")
    if material.pass_mark is not None and not questions:
        raise FieldRefused("questions", "填了及格分，还没有测试题。请写测试题，或者清空及格分。")
    if material.pass_mark is None and questions:
        raise FieldRefused("pass_mark", "有测试题的，请填写及格分。")


def _ask(material: TrainingMaterial, questions: Sequence[Question]) -> None:
    TestQuestion.objects.bulk_create(
        TestQuestion(material=material, text=each.text, choices=list(each.choices), answer=each.answer, position=position)
        for position, each in enumerate(questions, 1)
    )


def _keep(material: TrainingMaterial, examined: Iterable[files.Examined], actor: User) -> None:
    for each in examined:
        files.store(MaterialFile, each, actor, material=material)


@transaction.atomic
def remove_file(*, actor: User, file: MaterialFile) -> bool:
    """Takes a file off a material and says whether it was there. A second call is a no-op.

    Raises PermissionDenied, and DomainError when nothing to read would be left.
    """
    material = TrainingMaterial.objects.select_related("batch__area", "batch__organiser__area").get(pk=file.material_id)
    require(actor, "activities.manage_material", material)
    row = MaterialFile.objects.filter(pk=file.pk).first()
    if row is None:
        return False
    if not material.text.strip() and material.files.count() == 1:
        raise DomainError("这份资料没有正文，只有这一个文件，不能删去。请先上传新文件或填写正文。")
    audit.record(actor, "activities.remove_material_file", material, changes={"file": [row.original_name, None]})
    files.remove(row)
    return True


@transaction.atomic
def remove_material(*, actor: User, material: TrainingMaterial) -> bool:
    """Takes back a material and says whether it was there. A second call is a no-op.

    Raises PermissionDenied, and DomainError once a deputy has learned from it.
    """
    require(actor, "activities.manage_material", material)
    now = TrainingMaterial.objects.select_for_update(of=("self",)).filter(pk=material.pk).first()
    if now is None:
        return False
    if read := now.readings.count():
        raise DomainError(f"已有 {read} 名代表学习过《{now.title}》，不能删除。")
    audit.record(actor, "activities.remove_material", now)
    for row in list(now.files.all()):
        files.remove(row)
    now.delete()
    return True


# ---- learning


def learner(user: User) -> Deputy | None:
    """The deputy whose account this is, as long as she holds the role. One query, and none the second time."""
    return getattr(user, "deputy", None) if may(user, "activities.learn") else None


def read(*, actor: User, material: TrainingMaterial) -> Reading:
    """A deputy has read it; its hours are credited to her, once. A second call gives the same row.

    Raises PermissionDenied for anyone but a deputy, and DomainError where a test goes with it, which earns the hours instead.
    """
    deputy = learner(actor)
    if deputy is None:
        raise PermissionDenied
    if material.pass_mark is not None:
        raise DomainError("这份资料有测试，答题及格后自动登记学时。")
    return _reading(actor, material, deputy, None)


def answer(*, actor: User, material: TrainingMaterial, answers: Mapping[int, int]) -> Marked:
    """Marks a test at once: ``answers`` maps a question's place in the order, from 1, to the choice, from 0.

    The best score is kept; with the first passing one the hours are credited, once and on that day. Raises PermissionDenied
    for anyone but a deputy, and DomainError where there is no test.
    """
    deputy = learner(actor)
    if deputy is None:
        raise PermissionDenied
    questions = list(material.questions.all())
    if material.pass_mark is None or not questions:
        raise DomainError("这份资料没有测试。")
    wrong = tuple(place for place, question in enumerate(questions, 1) if answers.get(place) != question.answer)
    score = (len(questions) - len(wrong)) * 100 // len(questions)
    reading = _reading(actor, material, deputy, score)
    assert reading.score is not None
    return Marked(score, reading.score, score >= material.pass_mark, wrong)


def _reading(actor: User, material: TrainingMaterial, deputy: Deputy, score: int | None) -> Reading:
    """The deputy's one row, with the better of its score and ``score``."""
    try:
        with transaction.atomic():
            made = Reading.objects.create(material=material, deputy=deputy, score=score)
            audit.record(actor, "activities.learn", material, changes={"score": [None, score]})
            return made
    except IntegrityError:  # she has read it before, perhaps in another window just now
        pass
    with transaction.atomic():
        row = Reading.objects.select_for_update(of=("self",)).get(material=material, deputy=deputy)
        if score is None or (row.score is not None and score <= row.score):
            return row
        had_passed = row.score is not None and material.pass_mark is not None and row.score >= material.pass_mark
        audit.record(actor, "activities.learn", material, changes={"score": [row.score, score]})
        row.score = score
        if not had_passed:
            row.read_at = timezone.now()  # the day on which the hours may count
        row.save(update_fields=["score", "read_at"])
        return row
