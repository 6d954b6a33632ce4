"""The pages in a real browser, opened from disk: accessible, silent, narrow, printable, usable by keyboard."""

from __future__ import annotations

import shutil

import pytest

from grader.report.pages import write_report
from grader.report.readings import BUDGET, MODULES, Source, SubmissionReading
from grader.report.similarity import Alike, Passage
from grader.sandbox.isolated import ForkedSandbox
from tests.report.classes import COUNTEREXAMPLE, RUBRIC, act, check, ledger, random_class, result
from tests.report.test_hostile import HOSTILE

CHROMIUM = next(filter(None, map(shutil.which, ("chromium", "chromium-browser", "google-chrome"))), None)
pytestmark = pytest.mark.skipif(CHROMIUM is None, reason="no Chromium on this machine: apt-get install chromium")

CURVE = {
    "call": "m.total(np.array([1.0]))",
    "actual": "[3.0, 2.5, 2.0, 1.8, 1.7, 1.6, 1.5]",
    "expected": "[3.0, 2.0, 1.5, 1.2, 1.0, 0.9, 0.8]",
    "differing": [1, 2, 3, 4, 5, 6],
}
MATHML = "<math><mfrac><mi>a</mi><msqrt><mi>b</mi></msqrt></mfrac></math>"
WRITE_UP = [
    ["heading", 1, [["text", "Question 1"]]],
    [
        "paragraph",
        0,
        [["text", "We get "], ["math", MATHML, r"\frac a{\sqrt b}"], ["text", " and "], ["code", "x = 1"]],
    ],
    ["paragraph", 0, [["display", MATHML.replace("<math>", '<math display="block">'), "x"]]],
    ["paragraph", 0, [["source", "Unknown command", r"\unknown{x}"]]],
    ["table", 0, [[[["text", "layer"]], [["text", "shape"]]], [[["text", "Conv2d"]], [["text", "6 x 28 x 28"]]]]],
    ["item", 1, [["strong", "first"]]],
    ["code", 0, "for x in range(3):\n    print(x)" + " # long" * 60],
]


@pytest.fixture(scope="module")
def report(tmp_path_factory):
    """A class of 40 with one of everything that a page can hold, released for one student."""
    specs = RUBRIC.checks
    ana = result(
        "ana",
        [
            check(specs[0], "failed", counterexample=COUNTEREXAMPLE, misconception="flipped_kernel"),
            check(specs[1], "partial", counterexample=CURVE),
            check(specs[2], "passed"),
            check(specs[3], "failed", counterexample={**COUNTEREXAMPLE, "actual": "text " * 90, "expected": "other"}),
            check(specs[4], "needs_review", feedback="A person reads this."),
            check(specs[5], "ungraded", feedback="It could not be run."),
        ],
        notes=["a.rar was not read"],
    )
    answers = {spec.id: f"answer-{spec.id}" for spec in specs}
    acts = [act(n + 1, "score", f"s{n:04}", specs[0].id, answer=answers[specs[0].id], value="1") for n in range(4)]
    acts += [
        act(10, "item", name=specs[4].id, value="-1/2", reason="sign lost", detail={"item": "i"}),
        act(11, "items", "ana", specs[4].id, answer=answers[specs[4].id], detail={"items": ["i"], "starts": "full"}),
        act(12, "comment", "ana", specs[0].id, answer=answers[specs[0].id], reason="Nearly there."),
        act(13, "score", "ana", specs[5].id, answer=answers[specs[5].id], value="0"),
        act(14, "release", "ana", value="3"),
        act(15, "flag", "s0005", specs[0].id, reason="look again"),
    ]
    lines = tuple(f"line {n}" for n in range(5))
    pairs = [Alike("ana", "s0001", 0.8, (Passage(("m.py", 1, lines), ("m.py", 3, lines)),))]
    folder = tmp_path_factory.mktemp("report")
    readings = {"ana": SubmissionReading(WRITE_UP, (Source("m.py", "", (), ""),))}
    write_report(folder, ledger([ana, *random_class(40)], acts), readings, lambda: pairs)
    return folder


@pytest.fixture(scope="module")
def browser():
    """One browser for all tests."""
    sync_api = pytest.importorskip("playwright.sync_api")
    with sync_api.sync_playwright() as playwright:
        started = playwright.chromium.launch(executable_path=CHROMIUM, args=["--no-sandbox"])
        yield started
        started.close()


PAGES = ("class.html", "students/ana.html", "students/s0003.html")


def opened(browser, report, page, **options):
    """A page opened from disk, with what it asked for and what it said."""
    context = browser.new_context(**options)
    tab = context.new_page()
    requests, messages = [], []
    tab.on("request", lambda request: requests.append(request.url))
    tab.on("console", lambda message: messages.append(message.text))
    tab.on("pageerror", lambda error: messages.append(str(error)))
    tab.goto((report / page).as_uri())
    tab.evaluate("for (const one of document.querySelectorAll('details')) one.open = true")
    return tab, requests, messages


@pytest.mark.parametrize("scheme", ["light", "dark"])
@pytest.mark.parametrize("page", PAGES)
def test_pages_are_accessible_and_silent(browser, report, page, scheme):
    """axe-core finds nothing; no request but for the font beside the page, and nothing on the console."""
    axe = pytest.importorskip("axe_playwright_python.sync_playwright").Axe()
    tab, requests, messages = opened(browser, report, page, color_scheme=scheme)
    found = axe.run(tab).response["violations"]
    assert [(one["id"], [node["target"] for node in one["nodes"]][:3]) for one in found] == []
    assert messages == []
    assert all(url.startswith("file://") and ("assets/" in url or url.endswith(page)) for url in requests)
    tab.context.close()


@pytest.mark.parametrize("page", PAGES)
def test_pages_fit_a_phone_of_320_pixels(browser, report, page):
    """Nothing makes the page itself scroll sideways."""
    tab, _, _ = opened(browser, report, page, viewport={"width": 320, "height": 640})
    assert tab.evaluate("document.documentElement.scrollWidth") <= 320
    tab.context.close()


@pytest.mark.parametrize("page", PAGES)
def test_pages_need_no_script(browser, report, page):
    """All that there is to read is there without one."""
    texts = []
    for enabled in (True, False):
        tab = browser.new_context(java_script_enabled=enabled).new_page()
        tab.goto((report / page).as_uri())
        texts.append(tab.locator("main").inner_text().replace("Copy", ""))
        tab.context.close()
    assert [text.split() for text in texts[:1]] == [text.split() for text in texts[1:]]


def test_a_snippet_is_copied(browser, report):
    """The button puts what stands beside it on the clipboard, and says so."""
    tab, _, messages = opened(browser, report, "students/ana.html", permissions=["clipboard-read", "clipboard-write"])
    button = tab.locator("button.copy").first
    button.focus()
    tab.keyboard.press("Enter")
    tab.wait_for_function("document.querySelector('button.copy').textContent === 'Copied'")
    assert "import m" in tab.evaluate("navigator.clipboard.readText()") and messages == []
    tab.context.close()


def test_the_keyboard_reaches_everything(browser, report):
    """Tab goes first to the content, and each stop can be seen."""
    tab, _, _ = opened(browser, report, "students/ana.html")
    tab.keyboard.press("Tab")
    assert tab.evaluate("document.activeElement.className") == "skip"
    for _ in range(6):
        tab.keyboard.press("Tab")
        outline = tab.evaluate("getComputedStyle(document.activeElement).outlineStyle")
        assert outline != "none"
    tab.context.close()


def test_formulas_are_drawn_with_the_font_beside_the_page(browser, report):
    """A fraction is higher than a letter, in the font that is handed on with the pages."""
    tab, _, _ = opened(browser, report, "students/ana.html")
    assert tab.evaluate("document.fonts.ready.then(() => document.fonts.check('16px \"STIX Two Math\"'))")
    heights = tab.evaluate("[...document.querySelectorAll('math')].map(one => one.getBoundingClientRect().height)")
    letter = tab.evaluate("document.querySelector('math mi').getBoundingClientRect().height")
    assert min(heights) > 1.3 * letter
    tab.context.close()


def test_pages_print_without_cut_tables(browser, report, tmp_path):
    """On paper nothing hides behind a scroll bar."""
    tab, _, _ = opened(browser, report, "students/ana.html")
    tab.emulate_media(media="print")
    hidden = tab.evaluate(
        "[...document.querySelectorAll('.wide, pre')].filter(one => one.scrollHeight > one.clientHeight + 2).length"
    )
    assert hidden == 0
    tab.pdf(path=tmp_path / "page.pdf")
    assert (tmp_path / "page.pdf").read_bytes().startswith(b"%PDF")
    tab.context.close()


def test_hostile_answers_are_text_to_a_browser(browser, tmp_path):
    """No dialog, no request, nothing on the console; what was written can be read."""
    answers = {name: text for name, text in HOSTILE.items() if isinstance(text, str) and len(text) <= 10_000}
    sandbox = ForkedSandbox(MODULES)
    blocks = []
    for text in answers.values():
        session = sandbox.open({}, BUDGET, 0)
        blocks += session.typeset("answers.md", text.encode(), draws=True).data
        session.close()
    sandbox.close()
    ana = result("ana", [check(spec, "failed", feedback=answers["script"]) for spec in RUBRIC.checks])
    write_report(tmp_path, ledger([ana]), {"ana": SubmissionReading(blocks)}, list)
    context = browser.new_context()
    tab = context.new_page()
    seen = []
    tab.on("dialog", lambda dialog: (seen.append(dialog.message), dialog.dismiss()))
    tab.on("console", lambda message: seen.append(message.text))
    tab.on("request", lambda request: seen.append(request.url))
    tab.goto((tmp_path / "students/ana.html").as_uri())
    tab.evaluate("for (const one of document.querySelectorAll('details')) one.open = true")
    tab.keyboard.press("Tab")
    own = [url for url in seen if url.startswith("file://") and ("assets/" in url or url.endswith("ana.html"))]
    assert len(answers) >= 45 and seen == own
    shown = tab.inner_text("body")
    for told in (
        "<script>alert(1)</script>",
        "javascript:alert(1)",
        "<iframe src=",
        "beacon.png",
        "{{ 7 * 7 }}",
        "$10 or $20",
    ):
        assert told in shown
    context.close()
