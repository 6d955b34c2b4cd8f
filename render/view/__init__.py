"""The view: all that writers know of a page. Its blocks, inlines, media and labels, and the options to choose one."""
