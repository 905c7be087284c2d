"""Keys of the kinds of documents. Those staff edit before signing have a Word file beside them."""

from __future__ import annotations

FORM = "suggestion_form"
REPLY, REPLY_WORD = "reply_letter", "reply_letter_word"
CONSULTATION = "consultation_form"
KEY_NOTICE, KEY_NOTICE_WORD = "key_supervision_notice", "key_supervision_notice_word"
REMINDER, REMINDER_WORD = "reminder_letter", "reminder_letter_word"
SUPERVISION, SUPERVISION_WORD = "supervision_letter", "supervision_letter_word"
LIST = "assignment_list"
DISPATCH, DISPATCH_WORD = "dispatch_letter", "dispatch_letter_word"
VOLUME = "suggestion_volume"
REPORT, REPORT_WORD = "handling_report", "handling_report_word"

OF_ONE = (FORM, REPLY, REPLY_WORD, CONSULTATION, KEY_NOTICE, KEY_NOTICE_WORD)
OF_UNITS = (REMINDER, REMINDER_WORD, SUPERVISION, SUPERVISION_WORD, DISPATCH, DISPATCH_WORD)
OF_CONGRESS = (LIST, VOLUME, REPORT, REPORT_WORD)

DRAFT = "draft"  # the last part of a subject: what is not handed in or sent yet, for its authors only
NAMELESS = "nameless"  # the same, without the names a deputy withholds
