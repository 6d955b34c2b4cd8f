"""The HTML page to print, to a tagged PDF for archives (PDF/A, PDF/UA)."""
