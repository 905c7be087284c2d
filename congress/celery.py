"""The Celery application. Workers read their settings from Django's, prefix CELERY_."""

import os

from celery import Celery
from kombu.transport import TRANSPORT_ALIASES

os.environ.setdefault("DJANGO_SETTINGS_MODULE", "congress.settings")

TRANSPORT_ALIASES["folder"] = "congress.folder_broker:Transport"

app = Celery("congress")
app.config_from_object("django.conf:settings", namespace="CELERY")
app.autodiscover_tasks()
