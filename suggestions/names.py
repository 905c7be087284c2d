"""What stands in place of the names of deputies who ask that only the organs that handle the matter know them."""

from __future__ import annotations

from suggestions.models import Suggestion


def names_of(suggestion: Suggestion) -> dict[str, str]:
    """What stands in place of each name that may not be known."""
    signed = [row.mandate.deputy.name for row in suggestion.cosigners.all()]
    return {suggestion.proposer.deputy.name: "领衔代表", **dict.fromkeys(signed, "附议代表")}


def without(text: str, names: dict[str, str]) -> str:
    for name in sorted(names, key=len, reverse=True):
        text = text.replace(name, names[name])
    return text
