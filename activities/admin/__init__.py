"""The activities' tables of settings in the staff admin: one module a topic, imported here so that they are registered."""

from activities.admin import activities as activities
from activities.admin import booklets as booklets
from activities.admin import duties as duties
