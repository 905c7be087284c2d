"""Addresses of activities: one block a topic."""

from django.urls import URLPattern

app_name = "activities"
urlpatterns: list[URLPattern] = [
    # ---- activities
    # ---- training
    # ---- plans
    # ---- duties
    # ---- receptions
    # ---- forums
    # ---- booklets
]
