"""What this app counts. Each figure answers for all subjects at once."""

from deputies.figures import contacts, duty_reports, honours, liaisons, mandates, opinions

PARTS = (mandates, contacts, opinions, duty_reports, honours, liaisons)
