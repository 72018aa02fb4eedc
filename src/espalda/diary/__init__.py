"""The diary: moments, readings and exposures as columns; CSV in and out."""
