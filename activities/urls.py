"""Addresses of activities: one block a topic."""

from django.urls import URLPattern, path

from activities.views import (
    activities,
    activities_calendar,
    activities_people,
    activities_results,
    activities_sign_in,
    booklets,
    forum_items,
    forums,
)

app_name = "activities"
urlpatterns: list[URLPattern] = [
    # ---- activities
    path("activities/", activities.activity_list, name="list"),
    path("activities/new/", activities.new, name="new"),
    path("activities/export.xlsx", activities.export, name="export"),
    path("activities/calendar/", activities_calendar.calendar, name="calendar"),
    path("activities/calendar/feed/", activities_calendar.replace_feed, name="replace_feed"),
    path("activities/groups/", activities_calendar.groups, name="groups"),
    path("activities/forwardings/", activities_results.forwardings, name="forwardings"),
    path("activities/files/<uuid:pk>/", activities_results.file, name="file"),
    path("activities/files/<uuid:pk>/thumbnail/", activities_results.thumbnail, name="thumbnail"),
    path("activities/files/<uuid:pk>/remove/", activities_results.remove_file, name="remove_file"),
    path("activities/<str:code>/", activities.detail, name="activity"),
    path("activities/<str:code>/edit/", activities.edit, name="edit"),
    path("activities/<str:code>/copy/", activities.copy, name="copy"),
    path("activities/<str:code>/invite/", activities_people.invite, name="invite"),
    path("activities/<str:code>/uninvite/", activities_people.uninvite, name="uninvite"),
    path("activities/<str:code>/announce/", activities.announce, name="announce"),
    path("activities/<str:code>/cancel/", activities.cancel, name="cancel"),
    path("activities/<str:code>/hold/", activities.hold, name="hold"),
    path("activities/<str:code>/close/", activities.close, name="close"),
    path("activities/<str:code>/print/<str:kind>/", activities.print_paper, name="print"),
    path("activities/<str:code>/sign-up/", activities_people.sign_up, name="sign_up"),
    path("activities/<str:code>/leave/", activities_people.leave, name="leave"),
    path("activities/<str:code>/leave/<str:deputy>/", activities_people.decide_leave, name="decide_leave"),
    path("activities/<str:code>/rate/", activities_people.rate, name="rate"),
    path("activities/<str:code>/attendance/", activities_people.attendance, name="attendance"),
    path("activities/<str:code>/screen/", activities_sign_in.screen, name="screen"),
    path("activities/<str:code>/signed-in/", activities_sign_in.signed_in, name="signed_in"),
    path("activities/<str:code>/minutes/", activities_results.minutes, name="minutes"),
    path("activities/<str:code>/files/", activities_results.add_files, name="add_files"),
    path("activities/<str:code>/forward/", activities_results.forward, name="forward"),
    path("activities/<str:code>/forwardings/<str:body>/", activities_results.forwarding, name="forwarding"),
    path("sign-in/<str:code>/<str:key>/", activities_sign_in.sign_in, name="sign_in"),
    path("calendar/<str:token>.ics", activities_calendar.feed, name="feed"),
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
