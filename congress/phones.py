"""Telephone numbers as people write them, in one form."""

import re
import unicodedata

_FILLING = re.compile(r"[\s\-‐-―－_.()（）]+")


def normalised(text: str) -> str:
    """A number without spaces, dashes, +86 and full-width digits, so that one person has one number.

    "+86 138-0000-2607" and "１３８ ００００ ２６０７" both give "13800002607". Anything else comes back only tidied.
    """
    plain = _FILLING.sub("", unicodedata.normalize("NFKC", text))
    mobile = re.fullmatch(r"(?:\+|00)?(?:86)?(1\d{10})", plain)
    return mobile.group(1) if mobile else plain
