"""Printed documents: which kinds there are (registry), and how one becomes a file (renderer)."""
