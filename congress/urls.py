"""All addresses. Each app brings its own; the ground floor keeps the home desk, accounts, files and the admin."""

from django.contrib import admin
from django.urls import include, path
from django.views.generic import RedirectView

from congress.views import account, areas, documents, health, home, imports

urlpatterns = [
    path("", home.home, name="home"),
    path("search/", home.find, name="search"),
    path("todos/count/", home.todo_count, name="todo_count"),
    path("notices/", account.notices, name="notices"),
    path("notices/read/", account.read_notices, name="read_notices"),
    path("notices/<int:pk>/", account.open_notice, name="open_notice"),
    path("me/", account.me, name="me"),
    path("me/display/", account.display, name="display"),
    path("seal.svg", account.seal, name="seal"),
    path("documents/", documents.batches, name="document_batches"),
    path("documents/<slug:key>/", documents.batch, name="document_batch"),
    path("documents/<slug:key>/all.zip", documents.archive, name="document_archive"),
    path("documents/<slug:key>/retry/", documents.retry, name="document_retry"),
    path("documents/<slug:key>/<int:position>/", documents.document, name="document"),
    path("areas/", areas.area_list, name="areas"),
    path("organisations/", areas.organisation_list, name="organisations"),
    path("imports/", imports.overview, name="imports"),
    path("imports/<slug:kind>/", imports.start, name="import_start"),
    path("imports/<slug:kind>/template.xlsx", imports.template, name="import_template"),
    path("imports/<slug:kind>/export.xlsx", imports.export, name="import_export"),
    path("imports/<slug:kind>/<uuid:pk>/", imports.preview, name="import_preview"),
    path("imports/<slug:kind>/<uuid:pk>/rejected.xlsx", imports.rejected, name="import_rejected"),
    path("healthz", health.healthz, name="healthz"),
    path("accounts/", include("congress.account_urls")),
    path("audit/", RedirectView.as_view(pattern_name="admin:congress_auditentry_changelist"), name="audit"),
    path("admin/", admin.site.urls),
    path("", include("deputies.urls")),
    path("", include("platforms.urls")),
    path("", include("activities.urls")),
    path("", include("suggestions.urls")),
]

handler400 = "congress.views.errors.bad_request"
handler403 = "congress.views.errors.forbidden"
handler404 = "congress.views.errors.not_found"
handler500 = "congress.views.errors.server_error"
handler429 = "congress.views.errors.too_many"
