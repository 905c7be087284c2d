"""Suggestions from proposal to verified result. Top floor: may import from every floor below."""
