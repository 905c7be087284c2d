"""Addresses of suggestions."""

from django.urls import path

from suggestions.views import assigning, bulk, evaluating, examining, lists, origins, proposing, suggestions, templates

app_name = "suggestions"
urlpatterns = [
    path("suggestions/", lists.suggestion_list, name="list"),
    path("suggestions/export.xlsx", lists.export, name="list_xlsx"),
    path("suggestions/bulk/", bulk.bulk, name="bulk"),
    path("suggestions/templates/", templates.template_list, name="templates"),
    path("suggestions/templates/new/", templates.edit, name="new_template"),
    path("suggestions/templates/<int:pk>/", templates.edit, name="template"),
    path("suggestions/templates/<int:pk>/drop/", templates.drop, name="drop_template"),
    path("suggestions/filters/", lists.save_filter, name="save_filter"),
    path("suggestions/filters/<int:pk>/drop/", lists.drop_filter, name="drop_filter"),
    path("suggestions/new/", proposing.begin, name="new"),
    path("suggestions/from-opinion/<str:code>/", proposing.from_opinion, name="from_opinion"),
    path("suggestions/from-forum/<str:code>/", origins.from_forum, name="from_forum"),
    path("suggestions/similar/", proposing.similar, name="similar"),
    path("suggestions/files/<uuid:pk>/", proposing.file, name="file"),
    path("suggestions/files/<uuid:pk>/drop/", proposing.drop_file, name="drop_file"),
    path("suggestions/assign/", assigning.assign, name="assign"),
    path("suggestions/requests/", assigning.requests, name="requests"),
    # ---- one suggestion; what has a word of its own in the second place stands above
    path("suggestions/<str:code>/", suggestions.detail, name="detail"),
    path("suggestions/<str:code>/do/<slug:key>/", suggestions.act, name="act"),
    path("suggestions/<str:code>/edit/", proposing.edit, name="edit"),
    path("suggestions/<str:code>/autosave/", proposing.autosave, name="autosave"),
    path("suggestions/<str:code>/versions/", proposing.versions, name="versions"),
    path("suggestions/<str:code>/evaluate/", evaluating.evaluate, name="evaluate"),
    path("suggestions/<str:code>/examine/", examining.examine, name="examine"),
]
