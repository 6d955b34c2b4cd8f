"""Write bytes to a file or an object, whole or not at all."""
