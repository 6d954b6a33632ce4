"""`grader review`: what it refuses before it lets anybody in."""

from __future__ import annotations

import socket

import pytest
from click.testing import CliRunner

from grader.cli import cli
from grader.errors import UsageError


@pytest.mark.parametrize(
    ("arguments", "said"),
    [
        (("--host", "192.0.2.1"), "give --certificate, --key and --i-know as well"),
        (("--host", "192.0.2.1", "--i-know"), "give --certificate, --key and --i-know as well"),
        (("--host", "0.0.0.0", "--i-know", "--certificate", "x.pem", "--key", "x.pem"), "names no machine"),
        (("--host", "::", "--i-know", "--certificate", "x.pem", "--key", "x.pem"), "names no machine"),
        (("--certificate", "x.pem"), "belong together"),
        (("--certificate", "x.pem", "--key", "x.pem"), "expected a certificate and its own key"),
    ],
)
def test_nobody_is_let_in_by_mistake(tmp_path, monkeypatch, arguments, said):
    """Another address needs a name, a certificate that can be used, and a yes; each is told in a sentence."""
    monkeypatch.chdir(tmp_path)
    (tmp_path / "x.pem").write_text("no certificate\n")
    done = CliRunner().invoke(cli, ["review", "hw1", *arguments])
    assert isinstance(done.exception, UsageError) and said in str(done.exception)
    assert "token" not in done.output


def test_a_port_that_is_taken_is_told():
    """And what to do about it."""
    from grader.cli import review

    with socket.socket() as taken:
        taken.bind(("127.0.0.1", 0))
        taken.listen()
        port = taken.getsockname()[1]
        with pytest.raises(UsageError, match=f"--port {port} cannot be listened at"):
            review._bind("127.0.0.1", port)
