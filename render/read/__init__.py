"""The bytes of a source to the model, or every problem in them with its place in the file."""
