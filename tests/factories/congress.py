"""Areas, organisations, congresses and people."""

import datetime

import factory
from factory.django import DjangoModelFactory

from congress.enums import THREE_ADMINS, AreaKind, CongressLevel, OrganisationKind, Role
from congress.models import Area, Congress, Organisation, RoleGrant, Term, User

PASSWORD = "Ceshi-2026-mima"


class AreaFactory(DjangoModelFactory):
    """An area with its ``path``; give ``parent`` to hang it into the tree."""

    class Meta:
        model = Area
        django_get_or_create = ("code",)

    code = factory.Sequence(lambda n: f"4699{n + 50_000:05d}")  # beyond the codes of the small district
    name = factory.LazyAttribute(lambda o: f"第{o.code[-5:]}镇")
    kind = AreaKind.TOWN
    parent = None
    path = factory.LazyAttribute(lambda o: f"{o.parent.path if o.parent else ''}{o.code}/")


class OrganisationFactory(DjangoModelFactory):
    class Meta:
        model = Organisation
        django_get_or_create = ("code",)

    code = factory.Sequence(lambda n: f"ORG{n:04d}")
    name = factory.LazyAttribute(lambda o: f"{o.area.name}人大主席团")
    kind = OrganisationKind.PRESIDIUM
    area = factory.SubFactory(AreaFactory)


class CongressFactory(DjangoModelFactory):
    """The district congress whose portal this is."""

    class Meta:
        model = Congress
        django_get_or_create = ("area",)

    area = factory.SubFactory(AreaFactory, code="469901", name="榕江区", kind=AreaKind.DISTRICT)
    level = CongressLevel.DISTRICT
    name = factory.LazyAttribute(lambda o: f"{o.area.name}人民代表大会")
    short_name = factory.LazyAttribute(lambda o: f"{o.area.name}人大")
    seal_character = factory.LazyAttribute(lambda o: o.area.name[0])
    document_issuer = factory.LazyAttribute(lambda o: f"{o.area.name}人大常委会办公室")
    document_heading = factory.LazyAttribute(lambda o: f"{o.area.name}人大常委会办公室文件")
    document_prefix = factory.LazyAttribute(lambda o: f"{o.area.name[0]}人办发")
    help_phone = "0770-0000000"


class TermFactory(DjangoModelFactory):
    class Meta:
        model = Term
        django_get_or_create = ("congress", "number")

    congress = factory.SubFactory(CongressFactory)
    number = 8
    starts_on = datetime.date(2021, 9, 28)


class UserFactory(DjangoModelFactory):
    """An account that signs in with ``PASSWORD``."""

    class Meta:
        model = User
        django_get_or_create = ("username",)
        skip_postgeneration_save = True

    username = factory.Sequence(lambda n: f"user{n}")
    name = factory.Sequence(lambda n: f"人员{n}")
    password = factory.django.Password(PASSWORD)

    @factory.post_generation
    def role(self, create, extracted, **kwargs):
        """``UserFactory(role=Role.OFFICE, role__organisation=office)`` also gives the role, in force since 2021."""
        if extracted:
            RoleGrantFactory(user=self, role=extracted, **kwargs)


class RoleGrantFactory(DjangoModelFactory):
    class Meta:
        model = RoleGrant

    user = factory.SubFactory(UserFactory)
    role = Role.TOWN_OFFICE
    organisation = factory.SubFactory(OrganisationFactory)
    starts_on = datetime.date(2021, 9, 28)
    ends_on = None
    sole_admin = factory.LazyAttribute(lambda o: True if o.role in THREE_ADMINS and o.ends_on is None else None)
