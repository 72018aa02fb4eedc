"""What all tests share."""

from __future__ import annotations

import os

from hypothesis import settings

# The same examples on every run of CI; new ones each time elsewhere. No deadline: machines differ.
settings.register_profile("ci", derandomize=True, deadline=None)
settings.register_profile("here", deadline=None)
settings.load_profile("ci" if os.environ.get("CI") else "here")
