"""Addresses of suggestions."""

from django.urls import path

from suggestions.views import (
    assigning,
    bulk,
    commitments,
    evaluating,
    examining,
    lists,
    papers,
    proposing,
    publicity,
    suggestions,
    templates,
)

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
    path("suggestions/similar/", proposing.similar, name="similar"),
    path("suggestions/files/<uuid:pk>/", proposing.file, name="file"),
    path("suggestions/files/<uuid:pk>/drop/", proposing.drop_file, name="drop_file"),
    path("suggestions/assign/", assigning.assign, name="assign"),
    path("suggestions/requests/", assigning.requests, name="requests"),
    path("suggestions/commitments/", commitments.commitment_list, name="commitments"),
    path("suggestions/commitments/export/", commitments.commitments_xlsx, name="commitments_xlsx"),
    path("suggestions/commitments/photos/<uuid:pk>/", commitments.photo, name="commitment_photo"),
    path("suggestions/commitments/photos/<uuid:pk>/thumbnail/", commitments.thumbnail, name="commitment_thumbnail"),
    path("suggestions/commitments/<str:code>/", commitments.commitment, name="commitment"),
    path("suggestions/commitments/<str:code>/report/", commitments.report, name="report_commitment"),
    path("suggestions/commitments/<str:code>/judge/", commitments.judge, name="judge_commitment"),
    path("suggestions/published/", publicity.published, name="published"),
    path("suggestions/published/files/<uuid:pk>/", publicity.published_file, name="published_file"),
    path("suggestions/published/<str:code>/", publicity.published_one, name="published_one"),
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
