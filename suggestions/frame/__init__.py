"""What suggestions add to the frame: navigation, search, to-dos, panels and words of the audit trail."""

from suggestions.frame import downward, evaluating, handling, papers, suggestions, supervision, words

PARTS = (words, suggestions, handling, evaluating, downward, supervision, papers)
