"""All addresses. Each app brings its own; the ground floor keeps the home desk, accounts, files and the admin."""

from django.contrib import admin
from django.urls import include, path

urlpatterns = [
    path("accounts/", include("allauth.urls")),
    path("admin/", admin.site.urls),
    path("", include("platforms.urls")),
]
