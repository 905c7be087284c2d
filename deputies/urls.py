"""Addresses of deputies."""

from django.urls import path

from deputies.views import contacts, opinions, phone, register

app_name = "deputies"
urlpatterns = [
    path("deputies/", register.deputy_list, name="list"),
    path("deputies/<str:code>/", register.detail, name="detail"),
    path("contacts/", contacts.contact_list, name="contacts"),
    path("contacts/new/", contacts.new, name="new_contact"),
    path("contacts/offline/", phone.offline, name="offline"),
    path("contacts/session/", phone.session, name="contact_session"),
    path("contacts/export.xlsx", contacts.export, name="contacts_xlsx"),
    path("contacts/notebook/", contacts.notebook, name="notebook"),
    path("contacts/drafts/", contacts.drafts, name="contact_drafts"),
    path("contacts/drafts/<slug:key>/drop/", contacts.drop_draft, name="drop_contact_draft"),
    path("contacts/drafts/photos/<uuid:pk>/", contacts.draft_photo, name="draft_photo"),
    path("contacts/photos/<uuid:pk>/", contacts.photo, name="contact_photo"),
    path("contacts/photos/<uuid:pk>/thumbnail/", contacts.thumbnail, name="contact_thumbnail"),
    path("contacts/<str:code>/", contacts.detail, name="contact"),
    path("contacts/<str:code>/correct/", contacts.correct, name="correct_contact"),
    path("contacts/<str:code>/voters/", contacts.voters, name="open_voters"),
    path("manifest.webmanifest", phone.manifest, name="manifest"),
    path("worker.js", phone.worker, name="worker"),
    path("contacts/<str:code>/opinions/new/", opinions.new, name="new_opinion"),
    path("opinions/", opinions.opinion_list, name="opinions"),
    path("opinions/<str:code>/", opinions.detail, name="opinion"),
    path("opinions/<str:code>/<slug:key>/", opinions.step, name="opinion_step"),
]
