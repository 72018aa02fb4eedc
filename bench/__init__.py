"""Reproducible side-by-side measurements against peers."""

import os
from pathlib import Path
from typing import Final

SHARED: Final = Path(os.environ.get("ESPALDA_SHARED", Path(__file__).resolve().parents[2] / "shared")) / "data"
"""The real series and tracks, in the folder that `ESPALDA_SHARED` names, else in ``shared`` beside the checkout."""
