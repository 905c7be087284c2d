"""What suggestions add to the frame: navigation, search, to-dos, panels and words of the audit trail."""

<<<<<<< HEAD
from suggestions.frame import downward, suggestions, words

PARTS = (words, suggestions, downward)
=======
from suggestions.frame import evaluating, suggestions, words

PARTS = (words, suggestions, evaluating)
>>>>>>> sugg
