"""Addresses of suggestions."""

from django.urls import path

from suggestions.views import appraising, assigning, evaluating, examining, figures, lists, proposing, reporting, suggestions, supervising

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
    path("suggestions/key/", supervising.key_list, name="key"),
    path("suggestions/key/choose/", supervising.choose, name="choose_key"),
    path("suggestions/key/mine/", supervising.mine, name="key_mine"),
    path("suggestions/key/photos/<uuid:pk>/", supervising.photo, name="supervision_photo"),
    path("suggestions/key/photos/<uuid:pk>/thumbnail/", supervising.photo, {"size": "thumbnail"}, name="supervision_thumbnail"),
    path("suggestions/key/photos/<uuid:pk>/drop/", supervising.drop_photo, name="drop_supervision_photo"),
    path("suggestions/figures/", figures.figures_page, name="figures"),
    path("suggestions/appraisal/", appraising.appraisal, name="appraisal"),
    path("suggestions/appraisal/export.xlsx", appraising.export, name="appraisal_xlsx"),
    path("suggestions/appraisal/<int:year>/settle/", appraising.settle, name="settle_appraisal"),
    path("suggestions/appraisal/<int:year>/reopen/", appraising.reopen, name="reopen_appraisal"),
    path("suggestions/appraisal/<int:year>/checks/", appraising.checks, name="checks"),
    path("suggestions/reports/", reporting.reports, name="reports"),
    path("suggestions/reports/files/<uuid:pk>/", reporting.report_file, name="report_file"),
    path("suggestions/reports/<int:year>/<str:code>/", reporting.report, name="report"),
    # ---- one suggestion; what has a word of its own in the second place stands above
    path("suggestions/<str:code>/", suggestions.detail, name="detail"),
    path("suggestions/<str:code>/do/<slug:key>/", suggestions.act, name="act"),
    path("suggestions/<str:code>/edit/", proposing.edit, name="edit"),
    path("suggestions/<str:code>/autosave/", proposing.autosave, name="autosave"),
    path("suggestions/<str:code>/versions/", proposing.versions, name="versions"),
    path("suggestions/<str:code>/evaluate/", evaluating.evaluate, name="evaluate"),
    path("suggestions/<str:code>/examine/", examining.examine, name="examine"),
    path("suggestions/<str:code>/supervision/", supervising.supervision, name="supervision"),
    path("suggestions/<str:code>/supervision/<int:pk>/", supervising.event, name="supervision_event"),
]
