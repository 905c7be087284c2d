"""Taking a suggestion's words out of a Word file (.docx): its title, its basis and what it asks for, for its author to check.

The file is judged by ``congress.services.files`` first: its size, what it unpacks to, macros, encryption, foreign references.
"""

from __future__ import annotations

import io
import re
from collections.abc import Iterator
from dataclasses import dataclass
from typing import Any

import docx
from docx.table import Table
from docx.text.paragraph import Paragraph

from congress.errors import DomainError
from congress.services import files

MAX_TITLE = 80
MAX_TEXT = 20_000

_TITLE = re.compile(r"^关于.{2,}的?(?:建议|议案|提案|意见)$")
_LABEL = re.compile(
    r"^(?:[一二三四五六七八九十]+、|（[一二三四]）|\d+[.．、])?\s*(?P<label>[^：:]{2,12})\s*[：:]?\s*(?P<rest>.*)$", re.DOTALL
)
_TITLES = ("标题", "题目", "建议标题", "议案标题", "案由标题", "建议题目")
_BASES = (
    "事由",
    "案由",
    "案据",
    "案由和案据",
    "案由及案据",
    "理由",
    "背景",
    "问题",
    "存在问题",
    "存在的问题",
    "主要问题",
    "基本情况",
    "情况",
    "现状",
)
_REQUESTS = ("建议", "具体建议", "方案", "具体方案", "解决方案", "对策建议", "意见建议", "工作建议", "几点建议", "建议内容", "有关建议")


@dataclass(frozen=True)
class Words:
    title: str
    basis: str
    request: str
    file: files.Examined


def read(uploaded: Any) -> Words:
    """The words of the file. What has no heading of its own is taken for the basis, so that nothing is left out.

    Raises DomainError, a whole sentence, for another kind of file, one with macros, one that is too large or can't be opened.
    """
    found = files.examine(uploaded)
    if found.content_type != files.DOCX:
        raise DomainError("请选择 Word 文件（.docx）；其他格式可以在下一页作为附件上传。")
    try:
        document = docx.Document(io.BytesIO(found.data))
        lines = [line for line in _lines(document) if line]
    except Exception as error:  # the reader raises anything from KeyError to its own errors on a file that is put together wrongly
        raise DomainError("文件已损坏，无法打开，未导入。请用办公软件另存后再传。") from error
    if not lines:
        raise DomainError("文件里没有文字，未导入。扫描件请作为附件上传，文字请直接填写。")
    title, basis, request = _sorted(lines)
    if len(basis) > MAX_TEXT or len(request) > MAX_TEXT:
        raise DomainError(f"文件的文字超过{MAX_TEXT}字，未导入。请一事一议，分开提出。")
    return Words(title, basis, request, found)


def _lines(document: Any) -> Iterator[str]:
    """Paragraphs and the cells of tables, in their order. A cell that runs over several columns is read once."""
    for block in document.iter_inner_content():
        if isinstance(block, Paragraph):
            yield block.text.strip()
        elif isinstance(block, Table):
            seen: set[int] = set()
            for row in block.rows:
                cells = [cell for cell in row.cells if id(cell._tc) not in seen]
                seen.update(id(cell._tc) for cell in cells)
                texts = [cell.text.strip() for cell in cells]
                # A label with its words in the next cell is one line of the form.
                yield from ([f"{texts[0]}：{texts[1]}"] if len(texts) == 2 and _kind(_bare(texts[0])) else texts)


def _sorted(lines: list[str]) -> tuple[str, str, str]:
    parts: dict[str, list[str]] = {"basis": [], "request": []}
    title, current = "", "basis"
    for line in lines:
        if not title and _TITLE.match(_bare(line)) and len(_bare(line)) <= MAX_TITLE:
            title = _bare(line)
            continue
        match = _LABEL.match(line)
        kind = _kind(_bare(match["label"])) if match else ""
        # A heading stands alone or ends with a colon; "建议" in the midst of a sentence is none.
        if match and kind and (not match["rest"] or re.search(r"[：:]", line[: match.start("rest") + 1])):
            if kind == "title":
                title = title or _bare(match["rest"])[:MAX_TITLE]
                continue
            current = kind
            line = match["rest"].strip()
        if line:
            parts[current].append(line)
    return title, "\n".join(parts["basis"]), "\n".join(parts["request"])


def _kind(label: str) -> str:
    if label in _TITLES:
        return "title"
    if label in _BASES:
        return "basis"
    return "request" if label in _REQUESTS else ""


def _bare(text: str) -> str:
    return re.sub(r"\s+", "", text)
