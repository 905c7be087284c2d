"""Addresses of deputies."""

from django.urls import path

from deputies import views

app_name = "deputies"
urlpatterns = [
    path("deputies/", views.deputy_list, name="list"),
    path("deputies/<str:code>/", views.detail, name="detail"),
]
