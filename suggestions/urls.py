"""Addresses of suggestions."""

from django.urls import path

from suggestions.views import suggestions

app_name = "suggestions"
urlpatterns = [
    # ---- one suggestion; what has a word of its own in the second place stands above
    path("suggestions/<str:code>/", suggestions.detail, name="detail"),
    path("suggestions/<str:code>/do/<slug:key>/", suggestions.act, name="act"),
]
