"""Suggestions and their ledgers as tables, made per page."""
