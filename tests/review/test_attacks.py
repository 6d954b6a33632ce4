"""Whoever has no token, another site, and what students write can do nothing to the page."""

from __future__ import annotations

import asyncio
import re

import pytest

from grader.review import safety
from tests.review.conftest import TOKEN, WAITS, Page, waiting_class


def test_without_the_token_there_is_nothing(page):
    """No cookie, a wrong one, a wrong token in the address."""
    page.client.cookies.clear()
    for address in ("/", "/assets/review.js", f"/answer/{page.first().id}"):
        assert page.client.get(address).status_code == 403
    assert page.client.get("/?token=wrong").status_code == 403
    done = page.client.get(f"/?token={TOKEN}")
    assert done.status_code == 303 and TOKEN not in done.headers["location"]
    assert "HttpOnly" in done.headers["set-cookie"] and "SameSite=strict" in done.headers["set-cookie"]


@pytest.mark.parametrize(
    ("headers", "status"),
    [
        ({"host": "evil.example"}, 400),
        ({"host": "127.0.0.1.evil.example"}, 400),
        ({"origin": "http://evil.example"}, 403),
        ({"origin": "null"}, 403),
        ({"origin": "http://127.0.0.1:9"}, 403),
        ({"sec-fetch-site": "cross-site"}, 403),
        ({"sec-fetch-site": "same-site"}, 403),
    ],
)
def test_another_site_can_do_nothing(page, headers, status):
    """Whatever a browser is made to send."""
    answer = page.first()
    data = {"version": "0", "digest": answer.version, "points": "1"}
    assert page.client.post(f"/answer/{answer.id}", data=data, headers=headers).status_code == status
    assert page.acts == []


@pytest.mark.parametrize("host", ["127.0.0.1:x", "[::1", "127.0.0.1:999999", ""])
def test_a_host_that_is_none_is_refused(page, host):
    """In a sentence, and not as a fault of ours."""
    assert page.client.get("/", headers={"host": host}).status_code == 400


def test_pages_at_two_ports_are_open_in_one_browser(page):
    """Browsers keep the cookies of all ports together, so each port has one of its own."""
    page.client.cookies.clear()
    for port in (8001, 8002):
        done = page.client.get(f"http://127.0.0.1:{port}/?token={TOKEN}")
        assert f"grader_review_{port}=" in done.headers["set-cookie"]


def test_refusals_are_logged_as_text(page, caplog):
    """Whatever an address holds does nothing to the terminal that shows the log."""
    page.client.cookies.clear()
    page.client.get("/%1b[2Jcleared")
    [record] = caplog.records
    assert "403" in record.getMessage() and "\x1b" not in record.getMessage()


def test_a_request_that_does_not_end_is_ended(page, monkeypatch):
    """Whoever sends a letter now and then is told, and nobody else waits."""
    monkeypatch.setattr(safety, "BODY_S", 0.05)
    told = []

    async def receive():
        await asyncio.sleep(60)

    async def send(message):
        told.append(message)

    headers = [(b"host", b"127.0.0.1:8000"), (b"cookie", f"grader_review_8000={TOKEN}".encode())]
    scope = {"type": "http", "method": "POST", "path": "/undo", "query_string": b"", "headers": headers}
    asyncio.run(page.app(scope, receive, send))
    assert told[0]["status"] == 408


def test_a_body_of_100_mb_is_refused_and_logged(page, caplog):
    """At once where it says its length, else when too much has come; the rest is not read."""
    answer = page.first()
    assert page.client.post(f"/answer/{answer.id}", data={"comment": "x" * 300_000}).status_code == 413
    told, read = [], []

    async def receive():
        read.append(1)
        return {"type": "http.request", "body": b"x" * 65_536, "more_body": len(read) < 1_600}

    async def send(message):
        told.append(message)

    headers = [(b"host", b"127.0.0.1:8000"), (b"cookie", f"grader_review_8000={TOKEN}".encode())]
    scope = {"type": "http", "method": "POST", "path": f"/draft/{answer.id}", "query_string": b"", "headers": headers}
    for length, most in ((b"104857600", 0), (None, 5)):
        more = [] if length is None else [(b"content-length", length)]
        asyncio.run(page.app({**scope, "headers": [*headers, *more]}, receive, send))
        assert len(read) <= most
    assert [message["status"] for message in told if "status" in message] == [413, 413]
    assert [record.getMessage()[-3:] for record in caplog.records] == ["413"] * 3
    assert page.acts == []


@pytest.mark.parametrize("address", ["/assets/../app.py", "/assets/%2e%2e/app.py", "/assets/..%2fapp.py", "/assets/x"])
def test_no_other_file_is_served(page, address):
    """Assets are named one by one."""
    assert page.client.get(address).status_code == 404


@pytest.mark.parametrize(
    "text",
    [
        "<script>alert(1)</script>", "<img src=x onerror=alert(1)>", '"><svg onload=alert(1)>', "</textarea><script>1</script>",
        "\x1b[2Jcleared", "\u202eevil", "javascript:alert(1)", "{{ 7 * 7 }}", "a" * 200_000, "[" * 5000,
        "<a href=javascript:alert(1)>x</a>", "<math><maction>", "]]>", "<!--", "</pre><script>alert(2)</script>", "&lt;script&gt;",
        "<iframe src=//evil.example>", "<style>*{display:none}</style>", "' onmouseover='alert(1)", "\\u0000", "\x00null",
        "<base href=//evil.example>", "<meta http-equiv=refresh content=0>", "\u2066a\u2069", "%3Cscript%3E", "${7*7}", "#{7*7}",
    ],
)  # fmt: skip
def test_what_students_and_graders_write_is_inert(tmp_path, text):
    """As an answer, as a comment, as an item: shown as text, under a policy that runs nothing of it."""
    page = Page(tmp_path, content=waiting_class(["one"], [text]))
    answer = page.first()
    page.client.post(f"/items/{WAITS.id}", data={"text": text[:500], "points": "0"})
    page.save(answer, points="1", comment=text)
    shown = page.client.get(f"/answer/{answer.id}")
    assert shown.status_code == 200
    for tag in (
        "<script>alert",
        "<img",
        "<svg",
        "<script>1",
        "\x1b",
        "\u202e",
        "<iframe",
        "<style>*",
        "<base",
        "<meta http",
        "<a href=java",
        "\u2066",
    ):
        assert tag not in shown.text
    assert "49" not in re.sub(r"[0-9a-f]{6,}", "", shown.text) or "{{" not in text
    assert "script-src 'self'" in shown.headers["content-security-policy"]
    assert shown.headers["x-content-type-options"] == "nosniff"
