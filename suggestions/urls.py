"""Addresses of suggestions."""

from django.urls import path

from suggestions.views import assigning, evaluating, examining, lists, papers, proposing, suggestions

app_name = "suggestions"
urlpatterns = [
    path("suggestions/", lists.suggestion_list, name="list"),
    path("suggestions/filters/", lists.save_filter, name="save_filter"),
    path("suggestions/filters/<int:pk>/drop/", lists.drop_filter, name="drop_filter"),
    path("suggestions/new/", proposing.begin, name="new"),
    path("suggestions/from-opinion/<str:code>/", proposing.from_opinion, name="from_opinion"),
    path("suggestions/similar/", proposing.similar, name="similar"),
    path("suggestions/files/<uuid:pk>/", proposing.file, name="file"),
    path("suggestions/files/<uuid:pk>/drop/", proposing.drop_file, name="drop_file"),
    path("suggestions/assign/", assigning.assign, name="assign"),
    path("suggestions/requests/", assigning.requests, name="requests"),
    path("suggestions/papers/", papers.papers, name="papers"),
    path("suggestions/papers/<slug:key>/", papers.print_many, name="print_many"),
    # ---- one suggestion; what has a word of its own in the second place stands above
    path("suggestions/<str:code>/", suggestions.detail, name="detail"),
    path("suggestions/<str:code>/do/<slug:key>/", suggestions.act, name="act"),
    path("suggestions/<str:code>/edit/", proposing.edit, name="edit"),
    path("suggestions/<str:code>/autosave/", proposing.autosave, name="autosave"),
    path("suggestions/<str:code>/versions/", proposing.versions, name="versions"),
    path("suggestions/<str:code>/evaluate/", evaluating.evaluate, name="evaluate"),
    path("suggestions/<str:code>/examine/", examining.examine, name="examine"),
    path("suggestions/<str:code>/papers/<slug:key>/", papers.print_one, name="print_one"),
]
