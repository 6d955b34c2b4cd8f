"""A view to the bytes of a file, in each format."""
