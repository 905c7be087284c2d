"""A field for several photos and files at once, as a phone's camera gives them."""

from __future__ import annotations

from typing import Any

from django import forms
from django.core.files.uploadedfile import UploadedFile

from congress.services.files import ACCEPT


class UploadsInput(forms.ClearableFileInput):
    allow_multiple_selected = True


class UploadsField(forms.FileField):
    """Cleans to a list of uploads; what they are is judged by ``congress.services.files``, not here."""

    def __init__(self, **kwargs: Any) -> None:
        kwargs.setdefault("label", "照片和文件")
        kwargs.setdefault("required", False)
        kwargs.setdefault(
            "help_text", "可一次选 9 个。照片、PDF、Word（.docx）、Excel（.xlsx），每个不超过 20 MB；照片中的拍摄地点等信息会自动去除。"
        )
        super().__init__(widget=UploadsInput(attrs={"accept": ACCEPT, "multiple": True}), **kwargs)

    def clean(self, data: Any, initial: Any = None) -> list[UploadedFile]:
        uploads = [upload for upload in (data if isinstance(data, (list, tuple)) else [data]) if upload]
        if self.required and not uploads:
            raise forms.ValidationError("请先选择照片或文件。")
        return uploads
