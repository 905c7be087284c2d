"""What suggestions add to the frame: navigation, search, to-dos, panels and words of the audit trail."""

from suggestions.frame import evaluating, handling, papers, suggestions, words

PARTS = (words, suggestions, handling, evaluating, papers)
