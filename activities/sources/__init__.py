"""What booklets can collect, a module for each kind of record. ``SOURCES`` are registered when the app is ready."""

from activities.sources import doings, papers, people, voters

SOURCES = (*people.SOURCES, *doings.SOURCES, *voters.SOURCES, *papers.SOURCES)
