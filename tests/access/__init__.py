"""Who may open and do what: one table over every address, a district in which each address leads to something."""
