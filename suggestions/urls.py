"""Addresses of suggestions."""

from django.urls import path

from suggestions.views import suggestions

app_name = "suggestions"
urlpatterns = [
    path("suggestions/<str:code>/", suggestions.detail, name="detail"),
]
