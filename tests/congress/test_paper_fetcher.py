"""What a document may read. SECURITY: none of these addresses may ever reach a file or another server."""

import os
from pathlib import Path

import pytest
from PIL import Image

from congress.documents import fetcher, renderer
from congress.documents.errors import PaperError
from congress.documents.fetcher import Forbidden, locate


@pytest.fixture
def media(settings) -> Path:
    root = Path(settings.MEDIA_ROOT)
    (root / "files").mkdir(parents=True)
    Image.new("RGB", (40, 30), "green").save(root / "files" / "a.jpg")
    (root / "files" / "secret.txt").write_text("秘密")
    (root.parent / "outside.jpg").write_bytes((root / "files" / "a.jpg").read_bytes())
    os.symlink(root.parent / "outside.jpg", root / "files" / "link.jpg")
    return root


def page(body: str) -> str:
    return f'<!DOCTYPE html><html lang="zh-CN"><head><title>甲</title></head><body>{body}</body></html>'


def test_a_stylesheet_of_ours_is_found():
    path, content_type = locate("paper:official.css")
    assert (path.name, path.parent.name, content_type) == ("official.css", "paper", "text/css")


def test_a_photo_handed_over_is_found(media):
    path, content_type = locate(fetcher.media_url("files/a.jpg"), {"files/a.jpg"})
    assert (path, content_type) == (media / "files" / "a.jpg", "image/jpeg")


@pytest.mark.parametrize(
    "url",
    [
        "http://127.0.0.1/", "https://example.org/x.png", "ftp://example.org/x", "file:///etc/passwd", "FILE:///etc/passwd", "data:text/plain,x",
        "javascript:alert(1)", "paper:", "paper:/etc/passwd", "paper:../../congress/settings.py", "paper:..%2f..%2fcongress%2fsettings.py",
        "paper:%2e%2e/%2e%2e/manage.py", "paper:nothing.css", "paper:..\\..\\manage.py", "paper:official.css\x00.png", "PAPER:official.css",
        "//example.org/x", "official.css", "", "media:", "media:files", "media:/etc/passwd",
    ],
)  # fmt: skip
def test_every_other_address_is_forbidden(url, media):
    with pytest.raises(Forbidden):
        locate(url, {"files", "/etc/passwd", ""})


@pytest.mark.parametrize("name", ["files/secret.txt", "files/link.jpg", "../outside.jpg", "files/../../outside.jpg", "files/none.jpg"])
def test_a_name_handed_over_must_still_be_a_photo_inside_the_store(name, media):
    with pytest.raises(Forbidden):
        locate(f"media:{name}", {name})


def test_a_photo_of_another_document_is_forbidden(media):
    with pytest.raises(Forbidden, match="not handed over"):
        locate("media:files/a.jpg", {"files/b.jpg"})


def test_a_document_with_a_photo_of_its_own_is_printed(media):
    paper = renderer.to_pdf(page('<img src="media:files/a.jpg" alt="绿">'), {"files/a.jpg"})
    assert paper.pages == 1


@pytest.mark.parametrize(
    "html",
    [
        '<img src="media:files/a.jpg" alt="">', '<img src="file:///etc/passwd" alt="">', '<img src="http://127.0.0.1:9/x.png" alt="">',
        '<link rel="stylesheet" href="http://127.0.0.1:9/x.css">', "<style>@import url(file:///etc/passwd);</style>",
        "<style>p{background:url(file:///etc/passwd)}</style><p>甲", '<style>@font-face{font-family:x;src:url(file:///etc/passwd)}p{font-family:x}</style><p>甲',
        '<svg xmlns="http://www.w3.org/2000/svg" width="9" height="9"><image href="file:///etc/passwd" width="9" height="9"/></svg>',
        '<link rel="attachment" href="file:///etc/passwd">', '<object data="file:///etc/passwd"></object>', '<embed src="file:///etc/passwd">',
    ],
)  # fmt: skip
def test_nothing_else_is_read_and_the_document_fails(html, media):
    with pytest.raises(PaperError, match="^版式有误，没有生成：.*(Forbidden|cannot be loaded)"):
        renderer.to_pdf(page(html))
