"""Pictures as they go into outputs: complete, within limits, and without anything but the picture itself."""
