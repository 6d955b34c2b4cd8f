"""What is wrong although every part of a source is valid, and what keeps a text from the public."""
