"""Suggestions and what units do with them."""

import factory
from factory.django import DjangoModelFactory

from suggestions.enums import Occasion
from suggestions.models import Suggestion
from tests.factories.congress import UserFactory
from tests.factories.deputies import MandateFactory


class SuggestionFactory(DjangoModelFactory):
    """A draft of one deputy; its congress and term are those of her seat."""

    class Meta:
        model = Suggestion

    code = factory.Sequence(lambda n: f"JY2026-9{n:05d}")
    proposer = factory.SubFactory(MandateFactory)
    term = factory.SelfAttribute("proposer.term")
    congress = factory.SelfAttribute("term.congress")
    occasion = Occasion.BETWEEN_SESSIONS
    title = factory.Sequence(lambda n: f"关于修复第{n}段村道的建议")
    basis = "村道破损，学生上学绕行。"
    request = "由交通部门修复。"
    created_by = factory.SubFactory(UserFactory)
