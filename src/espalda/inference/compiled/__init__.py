"""The engine's heavy parts once more, in loops compiled by numba: for many diaries, not for one.

Each part is the twin of one in NumPy, gives the same numbers to rounding, and is held to that by tests. Nothing imports
this package but what asks for it: it needs numba, and the first call of each loop waits for a compiler.
"""

from typing import Final

from espalda.inference.compiled.columns import loads, whiten
from espalda.inference.compiled.refinement import refine
from espalda.inference.compiled.search import search
from espalda.inference.compiled.told import told
from espalda.inference.engine import Path

COMPILED: Final = Path(loads, search, told, refine, whiten)

__all__ = ["COMPILED"]
