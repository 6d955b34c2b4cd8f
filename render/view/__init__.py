"""What a page shows, and all that writers see: blocks, inlines, media, labels and the options of a view."""
