"""A ministry's own Word file as the look of Word copies: read it, fit it to Engross's styles and numbering, apply it.

"House" means what comes from that file, "ours" what comes from Engross's own package.
"""
