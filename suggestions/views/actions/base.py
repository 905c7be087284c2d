"""What can be done with a suggestion now, by this person: the word on the button, the form and the service behind it.

Each topic has a module with a tuple ``ACTIONS`` here, listed in ``suggestions.views.actions``. The suggestion's page shows those
that are open; ``suggestions:act`` takes their forms. ``may`` and ``fits`` are asked for every action of the page, with the
suggestion as ``suggestions.views.suggestions.found`` loads it (its handlings and cosigners are there), and don't query.
"""

from __future__ import annotations

from collections.abc import Callable
from dataclasses import dataclass
from typing import Any

from congress.models import User
from suggestions.forms.actions import ActionForm
from suggestions.models import Suggestion

Asked = Callable[[User, Suggestion], bool]
Run = Callable[[User, Suggestion, dict[str, Any]], str]


@dataclass(frozen=True)
class Action:
    """``may`` is whose the step is (else 403), ``fits`` whether now is the time (else it is not shown; sent all the same, the
    service says why not). ``run`` calls the service and gives the sentence that tells what was done; its ``DomainError``
    stands on the form. An action with a ``page`` is a link to that address, which takes the suggestion's code.

    ``is_next`` marks what the matter waits for: it stands open on the page. ``is_grave`` sets a step apart that ends the matter.
    """

    key: str
    title: str
    icon: str
    may: Asked
    fits: Asked
    form: type[ActionForm] = ActionForm
    run: Run | None = None
    page: str = ""
    is_next: bool = False
    is_grave: bool = False
    hint: str = ""

    def is_open(self, user: User, suggestion: Suggestion) -> bool:
        return self.fits(user, suggestion) and self.may(user, suggestion)

    def form_for(self, user: User, suggestion: Suggestion, data: Any = None, files: Any = None) -> ActionForm:
        return self.form(data, files, user=user, suggestion=suggestion, auto_id=f"{self.key}-%s")
