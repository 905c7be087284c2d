"""Voters' data at rest: sealed, sealed anew with another key, and never silently lost."""

import pytest
from cryptography.fernet import Fernet
from django.core.management import call_command
from django.db import connection

from congress import sealed
from deputies.models import ContactVoter, VoterLiaison
from deputies.services import contacts
from deputies.services.contacts import Voter
from tests.deputies.contacts import make_people, record
from tests.factories import VoterLiaisonFactory

pytestmark = pytest.mark.django_db
OLD, NEW = Fernet.generate_key().decode(), Fernet.generate_key().decode()


@pytest.fixture
def keys(settings):
    """``keys(NEW, OLD)`` makes them the installation's, the newest first."""

    def use(*given):
        settings.PERSONAL_DATA_KEYS = list(given)
        sealed._box.cache_clear()

    yield use
    sealed._box.cache_clear()


def raw(model, column):
    with connection.cursor() as cursor:
        cursor.execute(f"SELECT {column} FROM {model._meta.db_table}")
        return [row[0] for row in cursor.fetchall()]


def opens(key, token):
    return Fernet(key).decrypt(token.encode()).decode()


def test_a_key_is_replaced_without_losing_anything(keys, district, personas, capsys):
    keys(OLD)
    people = make_people(district, personas)
    record(personas.deputy, people.mo, voters=[Voter("王小明𠮷", "13800000001"), Voter("㛃")])
    VoterLiaisonFactory(deputy=people.mo, name="覃燕", address="")
    contacts.keep_draft(actor=personas.deputy, key="late-key-1", payload='{"text": ["话"]}', reason="终止")
    assert {opens(OLD, token) for token in raw(ContactVoter, "name")} == {"王小明𠮷", "㛃"}
    keys(NEW, OLD)
    for _ in range(2):
        call_command("reseal")
        assert capsys.readouterr().out == "选民：2 条\n待核对的联系记录：1 条\n固定联系选民：1 条\n"
    assert {opens(NEW, token) for token in raw(ContactVoter, "name")} == {"王小明𠮷", "㛃"}
    assert {opens(NEW, token) for token in raw(VoterLiaison, "name")} == {"覃燕"}
    assert raw(VoterLiaison, "address") == [""]
    keys(NEW)
    assert {voter.name for voter in ContactVoter.objects.all()} == {"王小明𠮷", "㛃"}


def test_a_lost_key_is_told_and_not_shown_as_an_empty_field(keys, district, personas):
    keys(OLD)
    VoterLiaisonFactory(name="覃燕")
    keys(NEW)
    with pytest.raises(ValueError, match="opens with none of the keys"):
        VoterLiaison.objects.get()
