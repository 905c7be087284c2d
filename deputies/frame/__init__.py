"""What deputies add to the frame: navigation, search, to-dos, panels and words of the audit trail."""

from deputies.frame import contacts, dossiers, duty_reports, honours, opinions, register

PARTS = (register, contacts, opinions, honours, duty_reports, dossiers)
