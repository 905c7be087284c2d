"""Who may do what with suggestions: one module a topic, imported here so that they are declared."""

from suggestions.rules import papers, suggestions, supervision

__all__ = ["papers", "suggestions", "supervision"]
