"""Taking in what people upload: photos, PDFs, Word and Excel files.

What a file is follows from its content, never from its name. Photos are decoded and written anew as JPEG, which drops
EXIF, GPS and whatever else was hidden in them; other files are kept as they came.
"""

from __future__ import annotations

import hashlib
import io
import re
import unicodedata
import zipfile
from dataclasses import dataclass
from typing import Any, TypeVar

import pillow_heif
from django.core.files.base import ContentFile, File
from django.db import transaction
from PIL import Image, ImageCms, ImageOps

from congress.errors import DomainError
from congress.models import User
from congress.models.files import StoredFile

pillow_heif.register_heif_opener()

MAX_BYTES = 20 * 2**20
MAX_PIXELS = 64_000_000  # a phone's 48 and 50 million fit; decoding more would take too much memory
LONGEST_SIDE = 1600
THUMBNAIL_SIDE = 320
JPEG_QUALITY = 82
MAX_UNPACKED = 100 * 2**20  # what a Word or Excel file may hold once unpacked
MAX_PARTS = 2000
MAX_NAME = 120

ACCEPT = "image/*,.heic,.heif,.pdf,.docx,.xlsx"  # for the file inputs of forms

JPEG = "image/jpeg"
PDF = "application/pdf"
XLSX = "application/vnd.openxmlformats-officedocument.spreadsheetml.sheet"
DOCX = "application/vnd.openxmlformats-officedocument.wordprocessingml.document"
_SUFFIXES = {JPEG: ".jpg", PDF: ".pdf", XLSX: ".xlsx", DOCX: ".docx"}
_MAIN_PARTS = {"xl/workbook.xml": XLSX, "word/document.xml": DOCX}
_HEIF_BRANDS = {b"heic", b"heix", b"heim", b"heis", b"hevc", b"hevx", b"mif1", b"msf1"}

_DAMAGED = "图片已损坏，无法打开。请重新拍照或另选一张。"
_UNKNOWN = "这不是图片、PDF、Word（.docx）或 Excel（.xlsx）文件，未保存。请另选文件。"
_EXTENSION = re.compile(r"\s*\.\d*[A-Za-z][0-9A-Za-z]{0,4}$")  # has a letter: “2026.9.30” ends with no extension
_DEVICES = re.compile(r"(?:CON|PRN|AUX|NUL|COM\d|LPT\d)$", re.IGNORECASE)

Stored = TypeVar("Stored", bound=StoredFile)


@dataclass(frozen=True)
class Examined:
    """An upload after its content was looked at, ready to be written."""

    name: str
    content_type: str
    data: bytes
    thumbnail: bytes

    @property
    def suffix(self) -> str:
        return _SUFFIXES[self.content_type]


def examine(uploaded: File[Any]) -> Examined:
    """Looks at an upload without writing anything; do it before a transaction, a large photo takes half a second.

    Raises DomainError with the reason when the file is empty, too large, damaged, dangerous or of another kind.
    """
    size = uploaded.size or 0
    if not size:
        raise DomainError("文件是空的，未保存。请重新选择。")
    if size > MAX_BYTES:
        raise DomainError(f"文件有 {size / 2**20:.1f} MB，超过了 {MAX_BYTES // 2**20} MB，未保存。请压缩后再传。")
    uploaded.seek(0)
    data = uploaded.read()
    image_format = _image_format(data)
    thumbnail = b""
    if image_format:
        content_type = JPEG
        data, thumbnail = _redraw(data, image_format)
    elif data.startswith(b"%PDF-"):
        content_type = PDF
    elif data.startswith(b"PK\x03\x04"):
        content_type = _office_type(data)
    elif data.startswith(b"\xd0\xcf\x11\xe0"):
        raise DomainError("这是旧格式的 Word 或 Excel 文件，可能带宏，未保存。请另存为 .docx 或 .xlsx 再传。")
    else:
        raise DomainError(_UNKNOWN)
    return Examined(safe_name(uploaded.name or "", _SUFFIXES[content_type]), content_type, data, thumbnail)


def store(model: type[Stored], uploaded: File[Any] | Examined, actor: User, **owner: Any) -> Stored:
    """Keeps an upload as a row of ``model``, ``owner`` saying what it belongs to. The caller records it in the audit trail.

    Writes the file and, for a photo, a thumbnail; takes them away again when the row is refused. Raises DomainError as
    ``examine`` does.
    """
    found = uploaded if isinstance(uploaded, Examined) else examine(uploaded)
    row = model(
        original_name=found.name,
        content_type=found.content_type,
        suffix=found.suffix,
        size=len(found.data),
        sha256=hashlib.sha256(found.data).hexdigest(),
        uploaded_by=actor,
        **owner,
    )
    row.file.save(found.name, ContentFile(found.data), save=False)
    if found.thumbnail:
        row.thumbnail.save(f"{row.pk.hex}.jpg", ContentFile(found.thumbnail), save=False)
    try:
        with transaction.atomic():
            row.save(force_insert=True)
    except Exception:
        _erase(row)
        raise
    return row


def remove(row: StoredFile) -> None:
    """Deletes the row, and its files when the transaction commits."""
    row.delete()
    transaction.on_commit(lambda: _erase(row))


def _erase(row: StoredFile) -> None:
    for field in (row.file, row.thumbnail):
        if field:
            field.storage.delete(str(field.name))


def shown_name(name: str) -> str:
    """A person's file name made fit to show: no folders, no control or hidden direction marks, not too long."""
    name = unicodedata.normalize("NFC", name).replace("\\", "/").rpartition("/")[2]
    name = "".join(" " if unicodedata.category(char) == "Zs" else char for char in name if unicodedata.category(char)[0] != "C")
    return re.sub(r" {2,}", " ", name).strip(" .")[:MAX_NAME].rstrip() or "未命名"


def safe_name(name: str, suffix: str) -> str:
    """``shown_name`` made fit to save under on any system, with the suffix that its content has."""
    name = re.sub(r'[<>:"|?*%]', "_", shown_name(name))
    while (shorter := _EXTENSION.sub("", name)) and shorter != name:
        name = shorter
    name = name[: MAX_NAME - len(suffix)].rstrip(" .")
    return f"{'_' if _DEVICES.match(name) else ''}{name}{suffix}"


def _image_format(data: bytes) -> str:
    """Pillow's name of the picture format the bytes begin like, or ""."""
    if data.startswith(b"\xff\xd8\xff"):
        return "JPEG"
    if data.startswith(b"\x89PNG\r\n\x1a\n"):
        return "PNG"
    if data.startswith((b"GIF87a", b"GIF89a")):
        return "GIF"
    if data[:4] == b"RIFF" and data[8:12] == b"WEBP":
        return "WEBP"
    if data[4:8] == b"ftyp" and data[8:12] in _HEIF_BRANDS:
        return "HEIF"
    return ""


def _redraw(data: bytes, image_format: str) -> tuple[bytes, bytes]:
    """The picture and its thumbnail as new JPEGs: upright, in sRGB, on white, without any metadata. Of an animation, the first frame."""
    try:
        # SECURITY: only the sniffed format's decoder may look at it, and the size in the header is judged before pixels are unpacked.
        picture: Image.Image = Image.open(io.BytesIO(data), formats=[image_format])
        width, height = picture.size
        if width * height > MAX_PIXELS:
            raise DomainError(f"图片有 {width} × {height} 像素，过大，未保存。请缩小到 {MAX_PIXELS // 10000} 万像素以内再传。")
        picture.draft("RGB", (LONGEST_SIDE, LONGEST_SIDE))  # JPEG only: decodes no more detail than is kept
        picture = ImageOps.exif_transpose(picture)
        profile = picture.info.get("icc_profile")
        if picture.mode in ("RGBA", "LA", "PA") or "transparency" in picture.info:
            picture = picture.convert("RGBA")
            picture = Image.alpha_composite(Image.new("RGBA", picture.size, "white"), picture)
        if not (profile and picture.mode in ("RGB", "L", "CMYK")):
            picture = picture.convert("RGB")
        picture.thumbnail((LONGEST_SIDE, LONGEST_SIDE), Image.Resampling.LANCZOS)
        picture = _in_srgb(picture, profile)
        small = picture.copy()
        small.thumbnail((THUMBNAIL_SIDE, THUMBNAIL_SIDE), Image.Resampling.LANCZOS)
        return _as_jpeg(picture), _as_jpeg(small)
    except DomainError:
        raise
    except Image.DecompressionBombError as error:
        raise DomainError("图片的像素过多，未保存。请缩小后再传。") from error
    except Exception as error:  # decoders raise anything from SyntaxError to struct.error on damaged input
        raise DomainError(_DAMAGED) from error


def _in_srgb(picture: Image.Image, profile: bytes | None) -> Image.Image:
    """Colours as a plain screen shows them: phones write Display P3, which looks dull once its profile is dropped."""
    if profile:
        try:
            source = ImageCms.ImageCmsProfile(io.BytesIO(profile))
            converted = ImageCms.profileToProfile(picture, source, ImageCms.createProfile("sRGB"), outputMode="RGB")
            if converted is not None:
                return converted
        except (ImageCms.PyCMSError, OSError):
            pass  # a profile that doesn't fit the picture: the raw values are the best there is
    return picture.convert("RGB")


def _as_jpeg(picture: Image.Image) -> bytes:
    out = io.BytesIO()
    Image.frombytes("RGB", picture.size, picture.tobytes()).save(out, "JPEG", quality=JPEG_QUALITY, optimize=True, progressive=True)
    return out.getvalue()


def _office_type(data: bytes) -> str:
    """Whether a ZIP is an .xlsx or a .docx. Raises DomainError for anything else, for macros, and for what unpacks beyond measure."""
    try:
        with zipfile.ZipFile(io.BytesIO(data)) as archive:
            parts = archive.infolist()
            # SECURITY: the directory's sizes are judged before any part is unpacked, and at most one bounded piece of each is.
            if len(parts) > MAX_PARTS or sum(part.file_size for part in parts) > MAX_UNPACKED:
                raise DomainError(f"文件解压后超过 {MAX_UNPACKED // 2**20} MB，未保存。请删去多余内容后再传。")
            names = {part.filename for part in parts}
            if any(part.flag_bits & 1 for part in parts):
                raise DomainError("文件加了密码，未保存。请取消密码后再传。")
            found = next((kind for main, kind in _MAIN_PARTS.items() if main in names), "")
            if not found or "[Content_Types].xml" not in names:
                raise DomainError(_UNKNOWN)
            with archive.open("[Content_Types].xml") as stream:
                types = stream.read(2**20)
            if b"macroEnabled" in types or any(name.lower().endswith(("vbaproject.bin", ".exe", ".js", ".html")) for name in names):
                raise DomainError("文件带有宏，未保存。请另存为不带宏的 .docx 或 .xlsx 再传。")
            for part in parts:
                if part.filename.endswith((".xml", ".rels")):
                    with archive.open(part) as stream:
                        if b"<!DOCTYPE" in stream.read(2**16):
                            raise DomainError("文件里有外部引用，不是办公软件正常保存的文件，未保存。请用办公软件另存后再传。")
    except (zipfile.BadZipFile, OSError, NotImplementedError, RuntimeError, EOFError, ValueError) as error:
        raise DomainError("文件已损坏，无法打开，未保存。请重新导出后再传。") from error
    return found
