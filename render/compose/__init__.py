"""The model to a view, for one edition in one language.

`edition` is the entry. It asks `declaration` (the full edition) or `briefing` for the content of the page. Both use the
same small composers: `words` (texts), `references`, `label_words`, `front_matter`, `contents`, `body`, `end`.
"""
