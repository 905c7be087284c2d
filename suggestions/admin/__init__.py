"""The suggestions' tables of settings in the staff admin: one module a topic, imported here so that they are registered."""

from suggestions.admin import dictionaries as dictionaries
from suggestions.admin import profiles as profiles
