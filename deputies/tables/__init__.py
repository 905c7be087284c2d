"""Registers and records of deputies as tables, made per page."""
