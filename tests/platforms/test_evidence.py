"""Photos and files: added all or none, shown to those who may see them, taken away while the thing is open."""

import datetime
import io

import pytest
from django.core.files.storage import default_storage
from django.core.files.uploadedfile import SimpleUploadedFile
from django.utils import timezone
from PIL import Image

from congress.errors import DomainError
from congress.models import AuditEntry
from platforms.enums import AssignmentState
from platforms.models import Evidence, StandardItem
from platforms.services.evidence import attach, remove
from tests.factories import AssessmentFactory, CrossAssignmentFactory, ItemScoreFactory, PlatformFactory, RoundFactory, StandardCheckFactory

pytestmark = pytest.mark.django_db


def photo(name: str = "现场.jpg") -> SimpleUploadedFile:
    out = io.BytesIO()
    Image.new("RGB", (40, 30), "navy").save(out, "JPEG")
    return SimpleUploadedFile(name, out.getvalue(), "image/jpeg")


def paper() -> SimpleUploadedFile:
    return SimpleUploadedFile("会议纪要 1.pdf", b"%PDF-1.7\n%", "text/html")


def fetch(client, address: str):
    """The answer with its bytes read, which closes its file."""
    answer = client.get(address)
    answer.body = answer.getvalue()
    return answer


@pytest.fixture
def check(district):
    platform = PlatformFactory(area=district.villages[1], code="P-1")
    return StandardCheckFactory(platform=platform, item=StandardItem.objects.get(code="ten-haves.6"))


def test_photos_and_files_are_attached_and_audited_once(personas, check):
    image, pdf = attach(actor=personas.town1, target=check, uploads=[photo(), paper()], caption="门口")
    assert (image.standard_check, image.content_type, image.uploaded_by, image.caption) == (check, "image/jpeg", personas.town1, "门口")
    assert (pdf.original_name, pdf.content_type, bool(pdf.thumbnail)) == ("会议纪要 1.pdf", "application/pdf", False)
    assert image.file.name == f"files/{image.pk.hex[:2]}/{image.pk.hex}.jpg"
    entry = AuditEntry.objects.get(action="platforms.attach_evidence")
    assert entry.changes["files"] == [None, ["现场.jpg", "会议纪要 1.pdf"]]


def test_one_bad_file_keeps_all_out(personas, check):
    with pytest.raises(DomainError, match="“坏.svg”：这不是图片"):
        attach(actor=personas.town1, target=check, uploads=[photo(), SimpleUploadedFile("坏.svg", b"<svg/>")])
    with pytest.raises(DomainError, match="一次最多上传 9 个文件，这次选了 10 个。请分几次上传。"):
        attach(actor=personas.town1, target=check, uploads=[photo() for _ in range(10)])
    assert not Evidence.objects.exists()


def test_the_file_is_sent_with_its_true_type_and_kept_private(personas, signed_in, check):
    image, pdf = attach(actor=personas.town1, target=check, uploads=[photo(), paper()])
    client = signed_in(personas.town1)
    answer = fetch(client, f"/evidence/{image.pk}/")
    assert answer["Content-Type"] == "image/jpeg"
    assert answer["X-Content-Type-Options"] == "nosniff"
    assert answer["Cache-Control"] == "private, max-age=86400, immutable"
    assert answer["Content-Disposition"].startswith("inline; filename*=utf-8''")
    assert Image.open(io.BytesIO(answer.body)).size == (40, 30)
    document = fetch(client, f"/evidence/{pdf.pk}/")
    assert "max-age" not in document.headers.get("Cache-Control", "")  # asked each time
    assert fetch(client, f"/evidence/{image.pk}/thumbnail/").status_code == 200
    answer = fetch(client, f"/evidence/{pdf.pk}/")
    assert (answer["Content-Type"], answer["Content-Disposition"][:10]) == ("application/pdf", "attachment")
    assert client.get(f"/evidence/{pdf.pk}/thumbnail/").status_code == 404


def test_evidence_of_a_check_is_for_the_unit_and_the_district(personas, signed_in, check):
    (image,) = attach(actor=personas.town1, target=check, uploads=[photo()])
    seen = {name for name, user in personas.all().items() if fetch(signed_in(user), f"/evidence/{image.pk}/").status_code == 200}
    assert seen == {"office", "leader", "town1"}
    (public,) = attach(actor=personas.town1, target=check.platform, uploads=[photo()])
    unseen = {name for name, user in personas.all().items() if fetch(signed_in(user), f"/evidence/{public.pk}/").status_code != 200}
    assert unseen == {"visitor"}


def test_a_missing_file_is_not_found(personas, signed_in, check):
    (image,) = attach(actor=personas.town1, target=check, uploads=[photo()])
    default_storage.delete(image.file.name)
    assert signed_in(personas.town1).get(f"/evidence/{image.pk}/").status_code == 404


def test_the_uploader_or_the_office_deletes_it_after_being_asked(personas, signed_in, check, django_capture_on_commit_callbacks):
    (image,) = attach(actor=personas.town1, target=check, uploads=[photo()])
    address = f"/evidence/{image.pk}/delete/"
    assert signed_in(personas.leader).post(address).status_code == 403
    assert signed_in(personas.town2).post(address).status_code == 404
    client = signed_in(personas.town1)
    assert "删除“现场.jpg”？" in client.get(address).content.decode()
    with django_capture_on_commit_callbacks(execute=True):
        answer = client.post(address, {"next": "https://elsewhere.example/"})
    assert answer["Location"] == "/platforms/P-1/checks/ten-haves.6/"
    assert not Evidence.objects.exists()
    assert not default_storage.exists(image.file.name) and not default_storage.exists(image.thumbnail.name)
    assert AuditEntry.objects.get(action="platforms.remove_evidence").changes["file"] == ["现场.jpg", None]
    assert client.post(address).status_code == 404


def test_what_was_handed_in_with_a_self_score_stays(district, personas):
    assignment = CrossAssignmentFactory(round=RoundFactory(congress=district.congress), area=district.town1, assessor=district.town2)
    score = ItemScoreFactory(assessment=AssessmentFactory(assignment=assignment))
    (own,) = attach(actor=personas.town1, target=score, uploads=[photo()])
    assignment.state, assignment.self_submitted_at = AssignmentState.CROSS_SCORING, timezone.now()
    assignment.save()
    (theirs,) = attach(actor=personas.town2, target=score, uploads=[photo()])
    Evidence.objects.filter(pk=theirs.pk).update(uploaded_at=timezone.now() + datetime.timedelta(seconds=1))

    def read(row):
        return Evidence.objects.get(pk=row.pk)

    with pytest.raises(DomainError, match="自评已提交，随自评上报的材料须留存，不能删除。"):
        remove(actor=personas.town1, evidence=read(own))
    remove(actor=personas.town2, evidence=read(theirs))
    assignment.state = AssignmentState.SCORED
    assignment.save()
    with pytest.raises(DomainError, match="评分已提交审定，材料须留存，不能删除。"):
        remove(actor=personas.office, evidence=read(own))
    assert list(Evidence.objects.all()) == [own]
