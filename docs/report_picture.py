"""Makes the picture of a report that the README shows: `python docs/report_picture.py RUN/report.html`.

Needs the extra `browser` and a Chromium of the system.
"""

from __future__ import annotations

import shutil
import sys
from pathlib import Path

from playwright.sync_api import sync_playwright

__all__ = ["shoot"]

WIDTH, HEIGHT = 1280, 900


def shoot(page: Path, picture: Path, *, width: int = WIDTH, height: int = HEIGHT, dark: bool = False) -> None:
    """Write what a browser shows first of a page as a PNG."""
    chromium = next(filter(None, map(shutil.which, ("chromium", "chromium-browser", "google-chrome"))), None)
    with sync_playwright() as driver:
        browser = driver.chromium.launch(executable_path=chromium, args=["--no-sandbox"])
        context = browser.new_context(
            viewport={"width": width, "height": height}, color_scheme="dark" if dark else "light"
        )
        opened = context.new_page()
        opened.goto(page.resolve().as_uri())
        opened.screenshot(path=picture)
        browser.close()


if __name__ == "__main__":
    shoot(Path(sys.argv[1]), Path(__file__).with_name("report.png"))
