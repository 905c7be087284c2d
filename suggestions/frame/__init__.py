"""What suggestions add to the frame: navigation, search, to-dos, panels and words of the audit trail."""

from suggestions.frame import evaluating, papers, suggestions, words

PARTS = (words, suggestions, evaluating, papers)
