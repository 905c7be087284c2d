"""Addresses of platforms, standards, evidence and rounds."""

from django.urls import URLPattern, path

from platforms.views import evidence, platforms, standards

app_name = "platforms"
urlpatterns: list[URLPattern] = [
    path("platforms/", platforms.platform_list, name="list"),
    path("platforms/new/", platforms.create, name="new"),
    path("platforms/<str:code>/", platforms.detail, name="detail"),
    path("platforms/<str:code>/edit/", platforms.edit, name="edit"),
    path("platforms/<str:code>/photos/", platforms.add_photos, name="add_photos"),
    path("platforms/<str:code>/checks/", platforms.meet_all, name="meet_all"),
    path("platforms/<str:code>/checks/<str:item_code>/", platforms.check, name="check"),
    path("standards/", standards.standards, name="standards"),
    path("standards/export/", standards.standards_xlsx, name="standards_xlsx"),
    path("evidence/<uuid:pk>/", evidence.show, name="evidence"),
    path("evidence/<uuid:pk>/thumbnail/", evidence.thumbnail, name="evidence_thumbnail"),
    path("evidence/<uuid:pk>/delete/", evidence.delete, name="delete_evidence"),
]
