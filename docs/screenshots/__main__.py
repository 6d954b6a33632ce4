"""Takes the pictures of this folder anew from the sample class, with a real browser: `python docs/screenshots`.

A course that is graded already can be given (`--course DIR`); its gradebook is begun anew.
"""

from __future__ import annotations

import argparse
import contextlib
import io
import os
import shutil
import subprocess
import sys
import tempfile
from collections.abc import Iterator
from pathlib import Path
from typing import Any

from PIL import Image
from playwright.sync_api import Browser, Page, sync_playwright

HERE = Path(__file__).resolve().parent
ROOT = HERE.parent.parent
sys.path.insert(0, str(ROOT))

from grader.course.folders import Course  # noqa: E402
from grader.report.pictures import picture_of  # noqa: E402
from grader.results.deeds import override_act  # noqa: E402
from grader.results.gradebook import Gradebook  # noqa: E402
from grader.results.ledger import Ledger  # noqa: E402

ASSIGNMENT = "hw1"
PROSE, GROUPED = "q5_small_batches", "q3_assumption"
DESKTOP: dict[str, Any] = {"viewport": {"width": 1280, "height": 960}}
PHONE: dict[str, Any] = {"viewport": {"width": 390, "height": 844}, "is_mobile": True, "has_touch": True}
DARK: dict[str, Any] = {"color_scheme": "dark"}
# Flat pages need few colours; so a picture is a third as large.
COLOURS = 128


def main() -> None:
    """The command line."""
    parser = argparse.ArgumentParser(description=__doc__)
    parser.add_argument("--course", type=Path, help="a course folder whose hw1 is graded; the sample class by default")
    options = parser.parse_args()
    with tempfile.TemporaryDirectory() as scratch:
        course = options.course or _graded(Path(scratch) / "course")
        for path in Course(course).results(ASSIGNMENT).glob("*.sqlite*"):
            if not path.name.startswith("results"):
                path.unlink()
        executable = next(filter(None, map(shutil.which, ("chromium", "chromium-browser", "google-chrome"))), None)
        with sync_playwright() as playwright:
            browser = playwright.chromium.launch(executable_path=executable, args=["--no-sandbox"])
            _review(browser, course)
            _report(browser, course)
            browser.close()


def _graded(folder: Path) -> Path:
    for name in ("reference", "rubrics", "submissions"):
        shutil.copytree(ROOT / name, folder / name)
    _grader(folder, "grade", ASSIGNMENT)
    return folder


def _grader(course: Path, *arguments: str) -> None:
    subprocess.run([sys.executable, "-m", "grader", *arguments], cwd=course, check=True, env=_environment())


def _environment() -> dict[str, str]:
    return {**os.environ, "PYTHONPATH": str(ROOT)}


# ── the page for grading ─────────────────────────────────────────────────────────────────────────────────────────────


def _review(browser: Browser, course: Path) -> None:
    with _served(course, "greta") as greta, _served(course, "hugo") as hugo:
        desk = _tab(browser, greta, DESKTOP)
        _grade_some(desk)
        _keep(desk, "review.png")
        other = _tab(browser, hugo, DESKTOP)
        _conflict(desk, other)
        _code(browser, greta)
        phone = _tab(browser, greta, PHONE)
        _keep(phone, "review-phone.png")
        phone = _tab(browser, greta, PHONE | DARK)
        _open_check(phone, PROSE)
        _keep(phone, "review-phone-dark.png")


@contextlib.contextmanager
def _served(course: Path, grader: str) -> Iterator[str]:
    command = [sys.executable, "-m", "grader", "review", ASSIGNMENT, "--as", grader]
    with subprocess.Popen(command, cwd=course, env=_environment(), stdout=subprocess.PIPE, text=True) as server:
        assert server.stdout is not None
        try:
            yield server.stdout.readline().strip()
        finally:
            server.terminate()


def _tab(browser: Browser, address: str, look: dict[str, Any]) -> Page:
    tab = browser.new_context(**look).new_page()
    tab.set_default_timeout(120_000)
    tab.goto(address)
    return tab


def _grade_some(tab: Page) -> None:
    """Two items and a comment on the first answers of a check whose others are alike; then one of the alike ones."""
    _open_check(tab, GROUPED)
    for points, text in (("1", "says which noise is assumed"), ("-0.5", "mixes up L1 and L2")):
        tab.locator("#new-item [name=points]").fill(points)
        tab.locator("#new-item [name=text]").fill(text)
        tab.locator("#new-item button").click()
        details = tab.locator("details", has_text="Rubric items of this check")
        if details.get_attribute("open") is None:
            details.locator("summary").click()
    for keys in ("1", "12", "1"):
        for key in keys:
            tab.keyboard.press(key)
        tab.locator("[name=comment]").fill("Laplacian noise for L1: chapter 3." if keys == "12" else "Well put.")
        tab.locator("#save").click()
    _open_group(tab)


def _open_group(tab: Page) -> None:
    """A group of which nobody is graded yet, all of it ticked."""
    listed = f"{_root(tab)}/check/{GROUPED}?list=1"
    tab.goto(listed)
    groups = tab.locator("h2:has-text('Groups') + ul a").evaluate_all("links => links.map(link => link.href)")
    for group in groups:
        tab.goto(group)
        if tab.locator("h1:has-text('waits')").count() and tab.locator("#decision .alike").count():
            break
    tab.keyboard.press("1")
    tab.keyboard.press("g")


def _conflict(tab: Page, other: Page) -> None:
    _open_check(tab, PROSE)
    other.goto(_root(other) + tab.url.removeprefix(_root(tab)))
    for page, points, comment in ((other, "1", "Right, and well argued."), (tab, "0.5", "The variance is missing.")):
        page.locator("[name=points]:visible").first.fill(points)
        page.locator("[name=comment]").fill(comment)
        page.locator("#save").click()
    tab.locator(".conflict").wait_for()
    _keep(tab, "review-conflict.png")


def _code(browser: Browser, address: str) -> None:
    """A function whose numbers the machine found wrong, with their picture."""
    tab = _tab(browser, address, DESKTOP | DARK)
    for check in ("conv2d_matches_torch", "toeplitz_matrix_matches_torch"):
        listed = f"{_root(tab)}/check/{check}?list=1"
        tab.goto(listed)
        found = tab.locator("li:has-text('failed') a").evaluate_all("links => links.map(link => link.href)")
        for link in found:
            tab.goto(link)
            if tab.locator(".differs").count():
                return _keep(tab, "review-dark.png")
    raise RuntimeError("no answer of the class has numbers that differ")


def _open_check(tab: Page, check: str) -> None:
    tab.goto(_root(tab) + f"/check/{check}")


def _root(tab: Page) -> str:
    return "/".join(tab.url.split("/")[:3])


# ── the pages of the report ──────────────────────────────────────────────────────────────────────────────────────────


def _report(browser: Browser, course: Path) -> None:
    _settle(course)
    _grader(course, "release", ASSIGNMENT)
    student = _with_most_to_see(course)
    _grader(course, "report", ASSIGNMENT)
    folder = Course(course).results(ASSIGNMENT) / "report"
    lesson = "article:has(.differs)"
    pages = {
        "report-class.png": ("class.html", DESKTOP, None),
        "report-class-dark.png": ("class.html", DESKTOP | DARK, "#checks"),
        "report-student.png": (f"students/{student}.html", DESKTOP, lesson),
        "report-phone.png": (f"students/{student}.html", PHONE, None),
        "report-phone-dark.png": (f"students/{student}.html", PHONE | DARK, lesson),
    }
    for name, (page, look, place) in pages.items():
        _keep(_tab(browser, (folder / page).as_uri(), look), name, place)


def _settle(course: Path) -> None:
    """Everything that waits, as the machine proposes it."""
    ledger = Ledger.read(Course(course), ASSIGNMENT)
    worth = {spec.id: spec for spec in ledger.rubric.checks}
    proposed = {(name, check.entry["id"]): check.earned for name, one in ledger.results.items() for check in one.checks}
    acts = [
        override_act(ledger, grade.student, worth[check.id], "greta", score=points, comment="")
        for grade in ledger.grades()
        for check in grade.waiting
        for points in [proposed[grade.submission, check.id]]
    ]
    with Gradebook(Course(course).results(ASSIGNMENT)) as gradebook:
        gradebook.append(*acts)


def _with_most_to_see(course: Path) -> str:
    """The student with most numbers that differ in pictures, among those who have most checks right."""
    shown: dict[str, int] = {}
    for grade in Ledger.read(Course(course), ASSIGNMENT).grades():
        if 2 * sum(check.status == "passed" for check in grade.checks) > len(grade.checks):
            entries = [check.entry["counterexample"] for check in grade.checks if check.entry]
            tables = [table for one in entries if one for table in picture_of(one).tables]
            shown[grade.student] = sum(cell.differs for table in tables for row in table.rows for cell in row)
    return max(sorted(shown), key=lambda name: shown[name])


def _keep(tab: Page, name: str, place: str | None = None) -> None:
    """What the window shows, from a place on, as a small picture."""
    if place:
        tab.locator(place).first.evaluate("one => one.scrollIntoView({block: 'start', behavior: 'instant'})")
    tab.wait_for_timeout(500)  # fonts, and the draft that is kept
    picture = Image.open(io.BytesIO(tab.screenshot())).convert("RGB")
    picture.quantize(COLOURS, dither=Image.Dither.NONE).save(HERE.parent / name, optimize=True)
    print(f"{name}: {(HERE.parent / name).stat().st_size / 1e3:.0f} kB", flush=True)


if __name__ == "__main__":
    main()
