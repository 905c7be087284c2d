"""Taking in uploads: what they are is seen from their content, and nothing hidden in a photo survives."""

import io
import zipfile

import pytest
from django.core.files.base import ContentFile
from PIL import Image

from congress.errors import DomainError
from congress.services import files

GPS = 0x8825
ORIENTATION = 0x0112


def picture(form: str = "JPEG", size: tuple[int, int] = (64, 32), mode: str = "RGB", **options) -> bytes:
    out = io.BytesIO()
    Image.new(mode, size, options.pop("colour", "red")).save(out, form, **options)
    return out.getvalue()


def photo_with_place(turned: int = 6) -> bytes:
    exif = Image.Exif()
    exif[ORIENTATION] = turned
    exif.get_ifd(GPS)[2] = (21.0, 30.0, 0.0)
    return picture(exif=exif)


def office(main: str, *, types: str = "<Types/>", **parts: str) -> bytes:
    out = io.BytesIO()
    with zipfile.ZipFile(out, "w", zipfile.ZIP_DEFLATED) as archive:
        archive.writestr("[Content_Types].xml", types)
        archive.writestr(main, "<root/>")
        for name, text in parts.items():
            archive.writestr(name.replace("__", "."), text)
    return out.getvalue()


def examine(data: bytes, name: str = "照片.jpg") -> files.Examined:
    return files.examine(ContentFile(data, name=name))


def refusal(data: bytes, name: str = "照片.jpg") -> str:
    with pytest.raises(DomainError) as caught:
        examine(data, name)
    return str(caught.value)


@pytest.mark.parametrize("form", ["JPEG", "PNG", "WEBP", "GIF", "HEIF"])
def test_every_photo_becomes_a_jpeg(form):
    found = examine(picture(form), "现场.bin")
    assert (found.name, found.content_type) == ("现场.jpg", "image/jpeg")
    assert Image.open(io.BytesIO(found.data)).size == (64, 32)
    assert Image.open(io.BytesIO(found.thumbnail)).format == "JPEG"


def test_a_photo_is_turned_upright_and_loses_where_it_was_taken():
    assert GPS in Image.open(io.BytesIO(photo_with_place())).getexif()
    found = examine(photo_with_place())
    drawn = Image.open(io.BytesIO(found.data))
    assert drawn.size == (32, 64)
    assert dict(drawn.getexif()) == {}
    assert b"Exif" not in found.data and b"Exif" not in found.thumbnail


def test_a_large_photo_is_made_smaller():
    found = examine(picture(size=(4000, 3000)))
    assert Image.open(io.BytesIO(found.data)).size == (1600, 1200)
    assert Image.open(io.BytesIO(found.thumbnail)).size == (320, 240)


def test_transparency_becomes_white():
    found = examine(picture("PNG", mode="RGBA", colour=(0, 0, 0, 0)))
    assert Image.open(io.BytesIO(found.data)).getpixel((5, 5)) == (255, 255, 255)


def test_what_is_hidden_behind_a_picture_is_gone():
    found = examine(picture("GIF") + b"<script>alert(1)</script>")
    assert b"script" not in found.data


@pytest.mark.parametrize(
    ("data", "kind"),
    [
        (b"%PDF-1.7\n...", files.PDF),
        (office("xl/workbook.xml"), files.XLSX),
        (office("word/document.xml"), files.DOCX),
    ],
)
def test_papers_are_kept_as_they_came(data, kind):
    found = examine(data, "名册.jpg")
    assert (found.content_type, found.data, found.thumbnail) == (kind, data, b"")
    assert found.name == "名册" + found.suffix


@pytest.mark.parametrize(
    ("data", "sentence"),
    [
        (b"", "文件是空的，未保存。请重新选择。"),
        (b"<svg xmlns='http://www.w3.org/2000/svg' onload='alert(1)'/>", "这不是图片、PDF、Word（.docx）或 Excel（.xlsx）文件，未保存。请另选文件。"),
        (b"<!doctype html><script>", "这不是图片、PDF、Word（.docx）或 Excel（.xlsx）文件，未保存。请另选文件。"),
        (office("ppt/presentation.xml"), "这不是图片、PDF、Word（.docx）或 Excel（.xlsx）文件，未保存。请另选文件。"),
        (b"\xd0\xcf\x11\xe0 an old one", "这是旧格式的 Word 或 Excel 文件，可能带宏，未保存。请另存为 .docx 或 .xlsx 再传。"),
        (office("xl/workbook.xml", xl_vbaProject__bin="x"), "文件带有宏，未保存。请另存为不带宏的 .docx 或 .xlsx 再传。"),
        (office("xl/workbook.xml", types="application/vnd.ms-excel.sheet.macroEnabled.main+xml"), "文件带有宏，未保存。请另存为不带宏的 .docx 或 .xlsx 再传。"),
        (office("xl/workbook.xml", sheet__xml="<!DOCTYPE a [<!ENTITY b SYSTEM 'file:///etc/passwd'>]>"), "文件里有外部引用，不是办公软件正常保存的文件，未保存。请用办公软件另存后再传。"),
        (office("xl/workbook.xml")[:60], "文件已损坏，无法打开，未保存。请重新导出后再传。"),
        (picture()[:200], "图片已损坏，无法打开。请重新拍照或另选一张。"),
        (picture("PNG", size=(9000, 8000), mode="1", colour=0), "图片有 9000 × 8000 像素，过大，未保存。请缩小到 6400 万像素以内再传。"),
    ],
)  # fmt: skip
def test_what_is_refused_is_told_why(data, sentence):
    assert refusal(data) == sentence


def test_too_large_a_file_is_not_read():
    class Huge(ContentFile):
        def read(self, *args):
            raise AssertionError("must not be read")

    huge = Huge(b"", name="a.jpg")
    huge.size = 21 * 2**20
    with pytest.raises(DomainError, match="文件有 21.0 MB，超过了 20 MB，未保存。请压缩后再传。"):
        files.examine(huge)


def test_a_file_that_unpacks_without_measure_is_refused():
    assert refusal(office("xl/workbook.xml", big="0" * (101 * 2**20))) == "文件解压后超过 100 MB，未保存。请删去多余内容后再传。"


@pytest.mark.parametrize(
    ("name", "safe"),
    [
        ("../../etc/passwd", "passwd.jpg"),
        ("..\\..\\web.config", "web.config.jpg"),
        ("照片\u202egpj.exe", "照片gpj.jpg"),
        ("CON.jpg", "_CON.jpg"),
        ("a" * 300 + ".jpg", "a" * 116 + ".jpg"),
        ("照片 (1)\u3000副本.JPG", "照片 (1) 副本.jpg"),
        ("x.jpg .php", "x.jpg"),
        (".htaccess", "htaccess.jpg"),
        ("2026.9.30 接待.jpeg", "2026.9.30 接待.jpg"),
        ("", "未命名.jpg"),
        ('会议"记录"<1>.png', "会议_记录__1_.jpg"),
    ],
)
def test_file_names_are_made_safe(name, safe):
    assert files.safe_name(name, ".jpg") == safe


REAL = {
    "photos/exifsamples_DSCN0010.jpg": (640, 480),
    "photos/exifsamples_iphone_13_pro_max.HEIC": (1200, 1600),
    "photos/exifsamples_landscape_6.jpg": (600, 450),
    "photos/exifsamples_portrait_8.jpg": (450, 600),
    "photos/pillow_hopper.heif": (128, 128),
}


@pytest.mark.parametrize("path", REAL)
def test_real_photos_stand_upright_without_exif(real_data, path):
    found = examine((real_data / "uploads" / path).read_bytes())
    drawn = Image.open(io.BytesIO(found.data))
    assert (drawn.size, dict(drawn.getexif())) == (REAL[path], {})


HOSTILE = {
    "bomb_20000x20000.png": "图片的像素过多，未保存。请缩小后再传。",
    "pillow_decompression_bomb.gif": "图片的像素过多，未保存。请缩小后再传。",
    "pillow_broken.png": "图片已损坏，无法打开。请重新拍照或另选一张。",
    "empty.jpg": "文件是空的，未保存。请重新选择。",
    "html_named.png": "这不是图片、PDF、Word（.docx）或 Excel（.xlsx）文件，未保存。请另选文件。",
    "svg_script.svg": "这不是图片、PDF、Word（.docx）或 Excel（.xlsx）文件，未保存。请另选文件。",
    "csv_gb18030.csv": "这不是图片、PDF、Word（.docx）或 Excel（.xlsx）文件，未保存。请另选文件。",
    "xlsx_xxe.xlsx": "文件里有外部引用，不是办公软件正常保存的文件，未保存。请用办公软件另存后再传。",
    "xlsx_zip_bomb_300MB.xlsx": "文件解压后超过 100 MB，未保存。请删去多余内容后再传。",
}


@pytest.mark.parametrize("name", HOSTILE)
def test_real_hostile_files_are_refused(real_data, name):
    assert refusal((real_data / "uploads/hostile" / name).read_bytes(), name) == HOSTILE[name]


def test_a_real_polyglot_is_neutralised(real_data):
    raw = (real_data / "uploads/hostile/polyglot_gif_js.gif").read_bytes()
    found = examine(raw)
    assert b"*/=1;" in raw and b"*/=1;" not in found.data
    assert found.content_type == "image/jpeg"


def test_real_file_names_keep_no_folder_and_no_hidden_mark(real_data):
    names = (real_data / "uploads/hostile/filenames.txt").read_text().split("\n")
    for name in filter(None, names):
        safe = files.safe_name(name, ".jpg")
        assert safe.endswith(".jpg") and len(safe) <= 120
        assert not {"/", "\\", "\u202e", "\u3000"} & set(safe) and not safe.startswith(".")
