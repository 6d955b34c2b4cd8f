"""View to Word copy."""
