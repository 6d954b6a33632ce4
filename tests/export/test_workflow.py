"""The workflow that submissions' repositories get: right by the published schema, and no more allowed than it needs."""

from __future__ import annotations

import re
import shlex
import subprocess
import sys

import pytest
import yaml

from grader.cli.ci import command
from tests.conftest import ROOT

PATH = ROOT / "grader" / "kit" / "templates" / "workflow.yml"
WORKFLOW = yaml.safe_load(PATH.read_text())
STEPS = [step for job in WORKFLOW["jobs"].values() for step in job["steps"]]
RUNS = [step["run"] for step in STEPS if "run" in step]


def test_it_is_a_workflow():
    """By the JSON schema of schemastore, which is what editors use, kept in check-jsonschema."""
    tool = [sys.executable, "-m", "check_jsonschema", "--builtin-schema", "vendor.github-workflows", str(PATH)]
    done = subprocess.run(tool, capture_output=True, text=True, check=False)
    assert done.returncode == 0, done.stdout


@pytest.mark.parametrize(
    ("name", "schema"), [("gitlab.yml", "vendor.gitlab-ci"), ("forgejo.yml", "vendor.github-workflows")]
)
def test_other_systems_have_one_too(name, schema):
    """By the schema of each; with the options that the command has, and no annotations of GitHub's."""
    path = PATH.with_name(name)
    done = subprocess.run(
        [sys.executable, "-m", "check_jsonschema", "--builtin-schema", schema, str(path)],
        capture_output=True, text=True, check=False,
    )  # fmt: skip
    assert done.returncode == 0, done.stdout
    [call] = re.findall(r"grader ci (.*)", path.read_text())
    options = {option for parameter in command.params for option in (*parameter.opts, *parameter.secondary_opts)}
    assert {word for word in call.split() if word.startswith("--")} <= options
    assert "--no-github" in call


def test_pull_requests_of_forks_run_without_any_right():
    """Never with the rights of the repository that they are made to."""
    assert {"push", "pull_request"} <= set(WORKFLOW[True])
    assert "pull_request_target" not in PATH.read_text()


def test_it_may_read_and_nothing_else():
    """No token that writes, none left behind in the checkout, no secret named, and an end to every job."""
    assert WORKFLOW["permissions"] == {"contents": "read"}
    assert all("permissions" not in job and job["timeout-minutes"] <= 30 for job in WORKFLOW["jobs"].values())
    [checkout] = [step for step in STEPS if step.get("uses", "").startswith("actions/checkout@")]
    assert checkout["with"]["persist-credentials"] is False
    assert "secrets" not in PATH.read_text()


def test_only_githubs_own_actions_in_a_fixed_major_version():
    """What a student's repository trusts is short."""
    assert all(re.fullmatch(r"actions/[a-z-]+@v\d+", step["uses"]) for step in STEPS if "uses" in step)


def test_nothing_of_an_event_reaches_a_shell():
    """A branch may be named `$(command)`, so no expression stands in a script."""
    assert all("${{" not in run for run in RUNS)


def test_the_environment_is_kept_by_what_decides_it():
    """System, Python and requirements; it is installed where it was not kept."""
    [cache] = [step for step in STEPS if step.get("uses", "").startswith("actions/cache@")]
    assert all(part in cache["with"]["key"] for part in ("runner.os", "python-version", "requirements.txt"))
    [install] = [step for step in STEPS if "pip install" in step.get("run", "")]
    assert f"steps.{cache['id']}.outputs.cache-hit" in install["if"]
    assert cache["with"]["path"] in install["run"]


def test_the_command_is_one_that_grader_takes():
    """Its options are there, also the one that a comment proposes."""
    [run] = [run for run in RUNS if "grader ci" in run]
    _, _, *arguments = shlex.split(run)
    proposed = shlex.split(re.search(r"Add `(.*?)`", PATH.read_text())[1])
    command.make_context("ci", [*arguments, *proposed])
