"""Forms of booklets."""

from __future__ import annotations

from django import forms

from activities import booklets
from activities.models import Booklet
from congress.upload_fields import UploadsField
from platforms.models import StandardItem


class PhotoForm(forms.Form):
    photos = UploadsField(label="纸质材料照片", required=True, help_text="拍封面和有内容的页，可一次选多张。")


class BookletForm(forms.ModelForm):
    """A booklet as staff edit it: of an item of a standard, with sources that there are."""

    class Meta:
        model = Booklet
        fields = ["item_code", "title", "sources", "least"]
        widgets = {"sources": forms.Textarea({"rows": 4})}

    def __init__(self, *args, **kwargs) -> None:
        super().__init__(*args, **kwargs)
        known = "；".join(f"{source.key}（{source.label}）" for source in booklets.registered())
        self.fields["sources"].help_text = f"一行一种，后面可以空格加类别，如 activities training。可以填写：{known}；paper（纸质，拍照）。"

    def clean_item_code(self) -> str:
        code = self.cleaned_data["item_code"].strip()
        if not StandardItem.objects.filter(code=code, standard__is_current=True).exists():
            raise forms.ValidationError(f"现行标准中没有编号为“{code}”的项目。")
        return code

    def clean_sources(self) -> str:
        sources = "\n".join(line.strip() for line in self.cleaned_data["sources"].splitlines() if line.strip())
        if found := booklets.faults(sources):
            raise forms.ValidationError(found)
        return sources
