"""The page in a real browser: thirty answers by keyboard, a reload, a conflict, a server that is killed."""

from __future__ import annotations

import contextlib
import itertools
import multiprocessing
import os
import random
import shutil
import socket
import threading

import httpx
import pytest
import uvicorn

from tests.review.conftest import TOKEN, WAITS, Page

CHROMIUM = next(filter(None, map(shutil.which, ("chromium", "chromium-browser", "google-chrome"))), None)
needs_chromium = pytest.mark.skipif(CHROMIUM is None, reason="no Chromium on this machine: apt-get install chromium")


def listening():
    """A socket of this machine that a server can take."""
    found = socket.socket()
    found.bind(("127.0.0.1", 0))
    return found


def server_of(app):
    """A server that says nothing."""
    return uvicorn.Server(uvicorn.Config(app, log_level="critical"))


@contextlib.contextmanager
def served(page):
    """The page at an address, by a thread."""
    taken = listening()
    server = server_of(page.app)
    thread = threading.Thread(target=server.run, kwargs={"sockets": [taken]}, daemon=True)
    thread.start()
    yield f"http://127.0.0.1:{taken.getsockname()[1]}"
    server.should_exit = True
    thread.join(10)


@pytest.fixture(scope="module")
def browser():
    """One Chromium for all of these tests."""
    from playwright.sync_api import sync_playwright

    with sync_playwright() as playwright:
        started = playwright.chromium.launch(
            executable_path=CHROMIUM, args=["--no-sandbox", "--disable-gpu", "--disable-background-networking"]
        )
        yield started
        started.close()


def opened(browser, address):
    """A tab of a grader who opened the printed address; what its console says is kept."""
    tab = browser.new_context().new_page()
    tab.said = []
    tab.on("console", lambda message: tab.said.append(message.text))
    tab.goto(f"{address}/?token={TOKEN}")
    return tab


@needs_chromium
def test_thirty_answers_by_keyboard_alone(page, browser):
    """One key for an item, Enter to save and go on: two presses an answer; nothing is said on the console."""
    page.client.post(f"/items/{WAITS.id}", data={"text": "right", "points": str(WAITS.points)})
    with served(page) as address:
        tab = opened(browser, address)
        tab.goto(f"{address}/check/{WAITS.id}")
        for _ in range(30):
            before = tab.url
            tab.keyboard.press("1")
            tab.keyboard.press("Enter")
            tab.wait_for_url(lambda url, before=before: url != before)
        assert tab.url.endswith("?list=1")
        assert tab.said == []
    assert page.desk.progress()[WAITS.id] == (30, 30)
    saved = [act for act in page.acts if act.kind == "items"]
    assert len(saved) == 30 and len({act.student for act in saved}) == 30
    assert {page.desk.grade(answer).score for answer, _ in page.desk.queue(WAITS.id)} == {WAITS.points}


@needs_chromium
def test_what_is_typed_survives_a_reload_and_keys_can_be_off(page, browser):
    """A draft comes back within a second of the last key; letters are letters within a field, and everywhere if switched off."""
    with served(page) as address:
        tab = opened(browser, address)
        tab.goto(f"{address}/check/{WAITS.id}")
        tab.keyboard.press("c")
        tab.keyboard.type("n1u and a half")
        tab.get_by_text("Draft kept.").wait_for()
        tab.on("dialog", lambda dialog: dialog.accept())
        tab.reload()
        assert tab.locator("textarea").input_value() == "n1u and a half"
        tab.get_by_role("button", name="Single keys: on").click()
        tab.get_by_role("button", name="Single keys: off").wait_for()  # of the page that comes, which has no focus
        before = tab.url
        tab.keyboard.press("n")
        tab.keyboard.press("Enter")
        assert tab.url == before
        assert tab.get_by_role("button", name="Single keys: off").is_visible()
    assert page.acts == []


@needs_chromium
def test_two_browsers_save_the_same_answer(page, browser, tmp_path):
    """Exactly one is accepted; the other sees both and chooses."""
    other = Page(tmp_path, "hugo")
    with served(page) as mine, served(other) as theirs:
        tabs = []
        for address in (mine, theirs):
            tab = opened(browser, address)
            tab.goto(f"{address}/answer/{page.first().id}")
            tabs.append(tab)
        for tab, points in zip(tabs, ("0", "1"), strict=True):
            tab.locator("#decision input[name=points]").fill(points)
            tab.get_by_role("button", name="Save and next").click()
            tab.wait_for_load_state()
        assert tabs[1].get_by_role("alert").is_visible() and "greta" in tabs[1].get_by_role("alert").inner_text()
        tabs[1].get_by_role("button", name="Save and next").click()
        tabs[1].wait_for_load_state()
    assert [(act.actor, act.value) for act in page.acts] == [("greta", "0"), ("hugo", "1")]


@needs_chromium
@pytest.mark.parametrize("scheme", ["light", "dark"])
def test_every_page_is_accessible(page, browser, scheme):
    """No violation of axe-core's rules, in both schemes; nothing to scroll sideways on a narrow screen."""
    from axe_playwright_python.sync_playwright import Axe

    page.client.post(f"/items/{WAITS.id}", data={"text": "right", "points": "1"})
    page.save(page.first(), points="1", comment="Fine.")
    with served(page) as address:
        tab = opened(browser, address)
        tab.emulate_media(color_scheme=scheme)
        for where in ("/", "/overview", "/rubric", f"/check/{WAITS.id}?list=1", f"/check/{WAITS.id}"):
            tab.goto(address + where)
            found = Axe().run(tab)
            assert found.violations_count == 0, (where, found.generate_report())
            tab.set_viewport_size({"width": 320, "height": 700})
            assert tab.evaluate("document.documentElement.scrollWidth") <= 320, where
            tab.set_viewport_size({"width": 1200, "height": 900})


# So many moments in the suite; 50 were tried when it was written.
MOMENTS = int(os.environ.get("GRADER_KILLS", "4"))


def _serve(folder, taken):
    server_of(Page(folder).app).run(sockets=[taken])


def test_a_server_that_is_killed_loses_nothing_that_was_saved(tmp_path):
    """At some moments while answers are graded: each save that was told of is there, once, and each draft."""
    page, draw, accepted, drafts = Page(tmp_path), random.Random(3), [], {}
    fork = multiprocessing.get_context("fork")
    queue = [answer for answer, _ in page.desk.queue(WAITS.id)]
    for moment in range(MOMENTS):
        taken = listening()
        process = fork.Process(target=_serve, args=(tmp_path, taken), daemon=True)
        process.start()
        killer = threading.Timer(draw.uniform(0.0, 0.5), process.kill)
        port = taken.getsockname()[1]
        client = httpx.Client(base_url=f"http://127.0.0.1:{port}", cookies={f"grader_review_{port}": TOKEN}, timeout=60)
        taken.listen()
        taken.close()
        with contextlib.suppress(httpx.HTTPError):
            for answer in itertools.cycle(queue):
                word = f"{moment}: {len(accepted)}"
                form = {"version": page.desk.grade(answer).last_act, "points": "1", "comment": word}
                if client.post(f"/draft/{answer.id}", data=form).status_code == 200:
                    drafts[answer.id] = word
                if client.post(f"/answer/{answer.id}", data={**form, "digest": answer.version}).status_code == 303:
                    accepted.append(drafts.pop(answer.id))
                if killer.ident is None:  # whatever the load, the server is up by now
                    killer.start()
        killer.join()
        process.join()
    kept = [act.reason for act in page.acts]
    assert accepted and set(accepted) <= set(kept)
    assert len(kept) == len(set(kept))
    for name, word in drafts.items():
        assert word in kept or page.desk.drafts.get("greta", name)["comment"] == word
