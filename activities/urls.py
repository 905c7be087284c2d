"""Addresses of activities: one block a topic."""

from django.urls import URLPattern, path

from activities.views import booklets, forum_items, forums

app_name = "activities"
urlpatterns: list[URLPattern] = [
    # ---- activities
    # ---- training
    # ---- plans
    # ---- duties
    # ---- receptions
    # ---- forums
    path("forums/", forums.forum_list, name="forums"),
    path("forums/new/", forums.new, name="new_forum"),
    path("forums/items/", forum_items.item_list, name="forum_items"),
    path("forums/items/<str:code>/", forum_items.detail, name="forum_item"),
    path("forums/items/<str:code>/minutes/", forum_items.minutes, name="forum_minutes"),
    path("forums/items/<str:code>/withdraw/", forum_items.withdraw, name="withdraw_forum_item"),
    path("forums/items/<str:code>/<slug:key>/", forum_items.step, name="forum_item_step"),
    path("forums/<str:code>/", forums.detail, name="forum"),
    path("forums/<str:code>/edit/", forums.edit, name="edit_forum"),
    path("forums/<str:code>/cancel/", forums.cancel, name="cancel_forum"),
    path("forums/<str:code>/send-in/", forum_items.send_in, name="send_in"),
    path("forums/<str:code>/arrange/", forums.arrange, name="arrange_forum"),
    path("forums/<str:code>/print/<slug:key>/", forums.paper, name="print_forum"),
    path("forums/<str:code>/<slug:key>/", forums.step, name="forum_step"),
    # ---- booklets
    path("booklets/", booklets.overview, name="booklets"),
    path("booklets/units/<str:code>/", booklets.unit, name="unit_booklets"),
    path("booklets/units/<str:code>/print/", booklets.print_unit, name="print_unit_booklets"),
    path("booklets/photos/<uuid:pk>/", booklets.photo, name="paper_photo"),
    path("booklets/photos/<uuid:pk>/thumbnail/", booklets.photo, {"size": "thumbnail"}, name="paper_thumbnail"),
    path("booklets/photos/<uuid:pk>/remove/", booklets.remove_photo, name="remove_paper_photo"),
    path("booklets/<str:code>/", booklets.bookshelf, name="bookshelf"),
    path("booklets/<str:code>/print/", booklets.print_shelf, name="print_bookshelf"),
    path("booklets/<str:code>/<str:item>/", booklets.volume, name="volume"),
    path("booklets/<str:code>/<str:item>/print/", booklets.print_volume, name="print_volume"),
    path("booklets/<str:code>/<str:item>/photos/", booklets.add_photos, name="tick_paper"),
]
