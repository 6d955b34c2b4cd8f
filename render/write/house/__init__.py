"""A ministry's own Word file as the look of Word copies: read, fitted to our names and numbers, and put on."""
