"""The icons of the installed app, drawn from `icon.svg` by the system's Chromium.

Writes ``icon-192.png`` and ``icon-512.png`` as the drawing is, and ``icon-maskable-512.png``, whose ground fills the
square: phones cut their own shape out of it, and promise to keep the inner four fifths.
"""

from __future__ import annotations

import re
import shutil
from pathlib import Path
from typing import Final

from playwright.sync_api import sync_playwright

FOLDER: Final = Path(__file__).resolve().parent.parent / "src" / "espalda" / "web" / "static" / "espalda"
FLAGS: Final = ["--no-sandbox", "--disable-gpu", "--disable-background-networking"]
_PAGE: Final = "<style>*{{margin:0}}svg{{display:block;width:{0}px;height:{0}px}}</style>{1}"


def main() -> None:
    """Draw them."""
    drawing = (FOLDER / "icon.svg").read_text("utf-8")
    # A square ground, and the drawing at four fifths of its size in the middle of it.
    masked = re.sub(r' rx="\d+"', "", drawing, count=1)
    ground, rest = re.findall(r"<rect[^>]*/>", masked)[0], re.sub(r"<svg[^>]*>|<rect[^>]*/>|</svg>", "", masked)
    head = re.findall(r"<svg[^>]*>", masked)[0]
    maskable = f'{head}{ground}<g transform="translate(6.4 6.4) scale(.8)">{rest}</g></svg>'
    with sync_playwright() as playwright:
        chromium = playwright.chromium.launch(executable_path=shutil.which("chromium"), args=FLAGS)
        for name, side, svg in (("192", 192, drawing), ("512", 512, drawing), ("maskable-512", 512, maskable)):
            page = chromium.new_page(viewport={"width": side, "height": side})
            page.set_content(_PAGE.format(side, svg))
            page.screenshot(path=FOLDER / f"icon-{name}.png", omit_background=True)
        chromium.close()


if __name__ == "__main__":
    main()
