"""Addresses of platforms, standards, evidence and rounds."""

from django.urls import URLPattern

app_name = "platforms"
urlpatterns: list[URLPattern] = []
