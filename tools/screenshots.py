"""The pictures of the manual: the pages with the invented example, in both languages, on a phone and on a desk.

Starts the program on a free port with a folder of its own, opens the example in the system's Chromium and writes
``docs/pictures/{page}-{language}-{size}.png``.
"""

from __future__ import annotations

import contextlib
import re
import shutil
import subprocess
import sys
import tempfile
from collections.abc import Iterator
from pathlib import Path
from typing import Final

from playwright.sync_api import Browser, ViewportSize, sync_playwright

ROOT: Final = Path(__file__).resolve().parent.parent
PICTURES: Final = ROOT / "docs" / "pictures"
PAGES: Final = {"home": "", "diary": "diary/", "triggers": "triggers/", "safety": "safety/"}
LANGUAGES: Final = ("es", "en")
SIZES: Final[dict[str, ViewportSize]] = {
    "phone": {"width": 390, "height": 844},
    "desktop": {"width": 1280, "height": 800},
}
FLAGS: Final = [
    "--no-sandbox",
    "--disable-gpu",
    "--disable-quic",
    "--no-first-run",
    "--disable-background-networking",
    "--disable-component-update",
    "--disable-sync",
]


@contextlib.contextmanager
def served() -> Iterator[str]:
    """Serve the program on a free port, with a folder that goes when it stops; yields its address."""
    with tempfile.TemporaryDirectory() as folder:
        command = [sys.executable, "-m", "espalda", "serve", "--lang", "en", "--port", "0", "--data", f"{folder}/data"]
        with subprocess.Popen(command, stdout=subprocess.PIPE, text=True) as server:
            try:
                assert server.stdout is not None
                address = re.search(r"http://\S+/", server.stdout.readline())
                if address is None:
                    raise SystemExit("the program did not start")
                yield address[0]
            finally:
                server.terminate()


def take(browser: Browser, address: str, language: str, size: str) -> None:
    """Take the picture of every page in one language and one size, the example open."""
    context = browser.new_context(
        viewport=SIZES[size],
        locale=language,
        timezone_id="Europe/Madrid",
        color_scheme="light",
        reduced_motion="reduce",
    )
    page = context.new_page()
    page.goto(address)
    language_button = page.locator(f"button[name=language][value={language}]")
    if language_button.count():
        language_button.click()
    page.locator("header button[name=diary][value=demo]").click()
    for name, path in PAGES.items():
        page.goto(address + path)
        if page.locator("html").get_attribute("lang") != language:
            raise SystemExit(f"{name} is not in {language}")
        page.screenshot(path=PICTURES / f"{name}-{language}-{size}.png")
    context.close()


def main() -> int:
    """Take them all."""
    chromium = shutil.which("chromium")
    if chromium is None:
        print("There is no Chromium here: install it, for example with the system's package manager.", file=sys.stderr)
        return 1
    PICTURES.mkdir(parents=True, exist_ok=True)
    with served() as address, sync_playwright() as playwright:
        browser = playwright.chromium.launch(executable_path=chromium, args=FLAGS)
        for language in LANGUAGES:
            for size in SIZES:
                take(browser, address, language, size)
        browser.close()
    return 0


if __name__ == "__main__":
    sys.exit(main())
