"""``python -m espalda`` is the command ``espalda``."""

import sys

from espalda.cli import main

sys.exit(main())
