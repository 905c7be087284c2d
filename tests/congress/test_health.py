"""/healthz: what a load balancer sees, signed in or not."""

import pytest
from django.db import connection
from django.db.migrations.recorder import MigrationRecorder

pytestmark = pytest.mark.django_db


def test_well(client):
    response = client.get("/healthz")
    assert response.status_code == 200
    assert response.json() == {"database": True, "migrations": True}
    assert "no-store" in response["Cache-Control"]


def test_pending_migration(client):
    MigrationRecorder(connection).migration_qs.filter(app="platforms").delete()
    response = client.get("/healthz")
    assert response.status_code == 503
    assert response.json() == {"database": True, "migrations": False}


def test_only_reads(client):
    assert client.post("/healthz").status_code == 405
