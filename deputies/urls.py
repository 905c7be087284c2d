"""Addresses of deputies."""

from django.urls import path

from deputies.views import register

app_name = "deputies"
urlpatterns = [
    path("deputies/", register.deputy_list, name="list"),
    path("deputies/<str:code>/", register.detail, name="detail"),
]
