"""Asking for what is printed of suggestions: ``one`` of a single matter, ``many`` of a session, a year or a day."""
