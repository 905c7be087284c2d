"""The suggestions' tables of settings in the staff admin: one module a topic, imported here so that they are registered."""
