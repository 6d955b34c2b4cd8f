"""A printed page (HTML) to a tagged and archival PDF."""
