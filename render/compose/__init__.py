"""The model to a view, for one edition in one language."""
