"""One engine for every quota: for each duty rule and period, how far all its subjects are, reckoned at once.

``windows`` says which periods of a rule are asked, ``subjects`` of whom, ``reckoning`` how far each has come. It only reads.
"""

from activities.duties.reckoning import Fulfilment, Reckoning, state_of
from activities.duties.subjects import EVERYBODY, Scope, Subject, scope_of
from activities.duties.windows import Window

__all__ = ["EVERYBODY", "Fulfilment", "Reckoning", "Scope", "Subject", "Window", "scope_of", "state_of"]
