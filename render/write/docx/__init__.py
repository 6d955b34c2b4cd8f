"""A view to a Word copy."""
