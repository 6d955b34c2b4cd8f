"""A ministry's own Word file as the look of Word copies: read it, fit it to our styles and numbers, apply it."""
