"""`grader review`: a page on this machine where people grade what people must."""

from __future__ import annotations

import importlib.util
import secrets
import socket
import ssl
from pathlib import Path
from typing import TYPE_CHECKING

import click

from grader.cli.acting import actor_option, open_ledger, results_option, who
from grader.course.folders import Course
from grader.errors import UsageError

if TYPE_CHECKING:
    from grader.sandbox.isolated import Policy

_NEEDS = ("jinja2", "math_core", "multipart", "pygments", "starlette", "uvicorn")
LOOPBACK = ("127.0.0.1", "localhost", "::1")


@click.command("review")
@click.argument("assignment")
@click.option("--port", type=click.IntRange(0, 65535), default=0, help="Where it listens; a free one by default.")
@click.option("--host", default="127.0.0.1", show_default=True, help="Another address needs TLS and --i-know.")
@click.option("--certificate", type=click.Path(exists=True, dir_okay=False), help="TLS: a certificate, in PEM.")
@click.option("--key", type=click.Path(exists=True, dir_okay=False), help="TLS: its key, in PEM.")
@click.option(
    "--requests",
    type=click.Path(exists=True, dir_okay=False, path_type=Path),
    help="Take regrade requests from this CSV file (student, check, text) first.",
)
@click.option("--i-know", is_flag=True, help="Yes, other machines may reach the page.")
@click.option(
    "--sandbox", "policy", type=click.Choice(["auto", "strict", "process"]), default="auto", show_default=True
)
@actor_option
@results_option
def command(
    assignment: str,
    port: int,
    host: str,
    certificate: str | None,
    key: str | None,
    requests: Path | None,
    i_know: bool,
    policy: Policy,
    actor: str,
    results: Path | None,
) -> None:
    """Open a page for grading what of ASSIGNMENT waits for a person; Ctrl-C ends it and loses nothing."""
    lacking = [name for name in _NEEDS if importlib.util.find_spec(name) is None]
    if lacking:
        raise UsageError(f"grader review needs {', '.join(lacking)}: install grader with its extra [review]")
    if host not in LOOPBACK and not (i_know and certificate and key):
        raise UsageError(f"--host {host} lets other machines in: give --certificate, --key and --i-know as well")
    if host in ("0.0.0.0", "::"):
        raise UsageError(f"--host {host} names no machine: give the name or address that browsers will ask for")
    _require_certificate(certificate, key)
    import uvicorn

    from grader.review.app import Pages, make_app
    from grader.review.requests import take_requests
    from grader.review.safety import Guard

    if requests is not None:
        folder, ledger = open_ledger(assignment, results)
        click.echo(f"{take_requests(ledger, folder, requests)} new regrade requests", err=True)
    pages = Pages(lambda: _desk(assignment, results, policy), open_ledger(assignment, results)[0], who(actor))
    token = secrets.token_urlsafe(32)
    app = Guard(make_app(pages), token, frozenset({host, *LOOPBACK}), is_secure=bool(certificate))
    config = uvicorn.Config(
        app, host=host, port=port, log_level="warning", ssl_certfile=certificate, ssl_keyfile=key, server_header=False
    )
    server = uvicorn.Server(config)
    sockets = [_bind(host, port)]
    name = f"[{host}]" if ":" in host else host
    scheme = "https" if certificate else "http"
    click.echo(f"{scheme}://{name}:{sockets[0].getsockname()[1]}/?token={token}")
    server.run(sockets=sockets)


def _require_certificate(certificate: str | None, key: str | None) -> None:
    """Refuse a certificate that cannot be used, before an address is printed.

    Raises:
        UsageError: it is none, or its key is another's or missing.
    """
    if certificate is None and key is None:
        return
    if certificate is None or key is None:
        raise UsageError("--certificate and --key belong together; give both")
    try:
        ssl.SSLContext(ssl.PROTOCOL_TLS_SERVER).load_cert_chain(certificate, key, password=lambda: b"")
    except (OSError, ValueError):  # an SSLError is an OSError
        raise UsageError(
            f"expected a certificate and its own key without a password, both in PEM, got {certificate} and {key}"
        ) from None


def _bind(host: str, port: int) -> socket.socket:
    """A socket that listens at the address.

    Raises:
        UsageError: it is not this machine's, or taken.
    """
    try:
        family, *_, address = socket.getaddrinfo(host, port, type=socket.SOCK_STREAM)[0]
        found = socket.socket(family)
        found.setsockopt(socket.SOL_SOCKET, socket.SO_REUSEADDR, 1)
        found.bind(address)
        return found
    except OSError as error:
        reason = (error.strerror or str(error)).lower()
        raise UsageError(f"--host {host} --port {port} cannot be listened at ({reason}); name another") from None


def _desk(assignment: str, results: Path | None, policy: Policy):  # type: ignore[no-untyped-def]
    from grader.grading.class_run import default_workers
    from grader.report.readings import read_class
    from grader.review.answers import Passages
    from grader.review.desk import Desk

    folder, ledger = open_ledger(assignment, results)
    course = Course.around(Path.cwd())
    names = [*ledger.results, *ledger.attempts]
    readings = read_class(course, assignment, ledger.rubric.write_up, names, policy=policy, workers=default_workers())
    text = course.rubric(assignment).read_text(encoding="utf-8", errors="replace")
    return Desk(ledger, folder, Passages(readings), text).prepare()
