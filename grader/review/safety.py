"""Who may talk to the page: whoever holds the token, in small messages; everybody else is refused."""

from __future__ import annotations

import asyncio
import hmac
import logging
from dataclasses import dataclass
from urllib.parse import parse_qs, urlsplit

from starlette.datastructures import Headers
from starlette.requests import cookie_parser
from starlette.responses import PlainTextResponse, RedirectResponse, Response
from starlette.types import ASGIApp, Message, Receive, Scope, Send

from grader.export.escaping import terminal

COOKIE = "grader_review"
MAX_BODY = 256 * 1024
# So long may a request take to arrive: a grader's does in moments.
BODY_S = 20.0
_HEADERS = {
    "content-security-policy": "default-src 'none'; style-src 'self'; script-src 'self'; font-src 'self'; "
    "connect-src 'self'; form-action 'self'; base-uri 'none'; frame-ancestors 'none'",
    "x-content-type-options": "nosniff",
    "referrer-policy": "same-origin",  # with none, a browser does not say where a form came from
    "cache-control": "no-store",
    "cross-origin-opener-policy": "same-origin",
    "cross-origin-resource-policy": "same-origin",
}
_log = logging.getLogger("grader.review")


@dataclass(frozen=True)
class Guard:
    """Wraps the application: Host, token, origin, size of bodies, and headers of every answer.

    Args:
        hosts: names under which it may be asked for.
        is_secure: the page is served over TLS.
    """

    app: ASGIApp
    token: str
    hosts: frozenset[str]
    is_secure: bool = False

    async def __call__(self, scope: Scope, receive: Receive, send: Send) -> None:
        """Answer a request, or refuse it and say so in the log."""
        if scope["type"] != "http":
            await self.app(scope, receive, send)
            return
        headers = Headers(scope=scope)
        refusal = self._refusal(scope, headers)
        if refusal is None and "token" in (query := parse_qs(scope["query_string"].decode("latin-1"))):
            refusal = self._signed_in(query.get("token", [""])[0], scope, headers)
        elif refusal is None and not self._is_known(headers):
            refusal = PlainTextResponse("Open the address that `grader review` printed.", 403)
        if refusal is not None:
            if refusal.status_code >= 400:
                _say_refused(scope, refusal)
            await refusal(scope, receive, _with_headers(send))
            return
        try:
            body = await asyncio.wait_for(_body(receive), BODY_S)
        except TimeoutError:
            body = PlainTextResponse("That took too long to arrive.", 408)
        if isinstance(body, Response):
            _say_refused(scope, body)
            await body(scope, receive, _with_headers(send))
            return
        await self.app(scope, _again(body, receive), _with_headers(send))

    def _refusal(self, scope: Scope, headers: Headers) -> Response | None:
        if host_and_port(headers)[0] not in self.hosts:
            return PlainTextResponse("Another host was asked for.", 400)
        if int(headers.get("content-length") or 0) > MAX_BODY:  # the server has refused what is no number
            return PlainTextResponse("That is larger than what is taken.", 413)
        if scope["method"] in ("GET", "HEAD"):
            return None
        origin = headers.get("origin")
        if origin is not None and urlsplit(origin).netloc != headers.get("host"):
            return PlainTextResponse("That came from another page.", 403)
        if headers.get("sec-fetch-site", "same-origin") not in ("same-origin", "none"):
            return PlainTextResponse("That came from another page.", 403)
        return None

    def _signed_in(self, token: str, scope: Scope, headers: Headers) -> Response:
        """Exchange the token of the address for a cookie, so that it stands in no address after that."""
        if not hmac.compare_digest(token.encode(), self.token.encode()):
            return PlainTextResponse("That is not the address that `grader review` printed.", 403)
        response = RedirectResponse(scope["path"], 303)
        response.set_cookie(cookie_name(headers), token, httponly=True, samesite="strict", secure=self.is_secure)
        return response

    def _is_known(self, headers: Headers) -> bool:
        cookie = cookie_parser(headers.get("cookie", "")).get(cookie_name(headers), "")
        return hmac.compare_digest(cookie.encode(), self.token.encode())


def _with_headers(send: Send) -> Send:
    async def send_with_headers(message: Message) -> None:
        if message["type"] == "http.response.start":
            message["headers"] = [*message["headers"], *((k.encode(), v.encode()) for k, v in _HEADERS.items())]
        await send(message)

    return send_with_headers


def host_and_port(headers: Headers) -> tuple[str, int]:
    """What a browser asks for; no host where that is none."""
    try:
        parts = urlsplit(f"//{headers.get('host', '')}")
        return parts.hostname or "", parts.port or 80
    except ValueError:  # a port that is no number, a bracket left open
        return "", 0


def cookie_name(headers: Headers) -> str:
    """The name of the cookie; browsers keep those of all ports together, and two pages may be open at once."""
    return f"{COOKIE}_{host_and_port(headers)[1]}"


def _say_refused(scope: Scope, refusal: Response) -> None:
    _log.warning("refused %s %s: %s", terminal(scope["method"]), terminal(scope["path"]), refusal.status_code)


async def _body(receive: Receive) -> bytes | Response:
    """The whole body; a refusal where it is larger than what is taken, whatever it says of its length."""
    body: bytes = b""
    while True:
        message = await receive()
        body += message.get("body", b"")
        if len(body) > MAX_BODY:
            return PlainTextResponse("That is larger than what is taken.", 413)
        if not message.get("more_body", False):
            return body


def _again(body: bytes, receive: Receive) -> Receive:
    """What was read, to be read once more; then whatever comes."""
    is_given = False

    async def receive_again() -> Message:
        nonlocal is_given
        if is_given:
            return await receive()
        is_given = True
        return {"type": "http.request", "body": body, "more_body": False}

    return receive_again
