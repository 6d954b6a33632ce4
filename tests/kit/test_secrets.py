"""Nothing of the model answer, of hidden checks, of misconceptions and of the grading seed is in a kit."""

from __future__ import annotations

import ast
import io
import re
import shutil
import zipfile

import pytest

from grader import wire
from grader.assignment import load_assignment
from grader.course.folders import Course
from grader.course.loading import reference_sources
from grader.errors import RubricError
from grader.kit.making import make_kit, public_seed
from tests.checks.small import write_course
from tests.conftest import ROOT
from tests.kit.conftest import HIDING

# Statements that say nothing of how something is done, and what any Python has.
TRIVIAL = re.compile(r"(return|pass|import|from|del) ?[\w., *()]*|raise NotImplementedError|n, d = X\.shape")


# Where a check's data are, all of its calls are: so many of each are looked for.
SOME = 6


@pytest.fixture(scope="module")
def secretive():
    """The kit of the course that has something to hide."""
    return make_kit(HIDING, "secretive", seed=public_seed("secretive", 7))


def contents(kit):
    """Every byte of a kit by where it stands, archives opened."""
    found = {}
    for path, content in kit.files.items():
        found[path] = content
        if path.endswith((".zip", ".whl")):
            with zipfile.ZipFile(io.BytesIO(content)) as archive:
                found |= {f"{path}/{name}": archive.read(name) for name in archive.namelist()}
    return found


def statements(source):
    """The statements of all functions, as one writes them without comments; docstrings and trivial ones left out."""
    for function in ast.walk(ast.parse(source)):
        if isinstance(function, ast.FunctionDef):
            for statement in ast.walk(function):
                if isinstance(statement, ast.stmt) and statement is not function:
                    text = ast.unparse(statement).partition("\n")[0].rstrip(":")
                    if (
                        len(text) > 12
                        and not TRIVIAL.fullmatch(text)
                        and not text.startswith(('"', "'", "for ", "def "))
                    ):
                        yield text


def words_of(source):
    """Names and texts of a source that it alone has: neither the language's nor a library's."""
    tree = ast.parse(source)
    names = {node.id for node in ast.walk(tree) if isinstance(node, ast.Name) and isinstance(node.ctx, ast.Store)}
    return {name for name in names if len(name) > 5}


def python_of(kit):
    """The kit's Python without comments and layout."""
    return {path: ast.unparse(ast.parse(content)) for path, content in kit.files.items() if path.endswith(".py")}


@pytest.mark.parametrize("word", ["XYZZY", "PLUGH", "FROBOZZ", "plugh", "hidden_things", "at_the_end", "w_total"])
def test_no_word_of_a_secret_is_anywhere(secretive, word):
    """Comments, docstrings, hints, feedback, names, constants: of hidden checks, model answer and misconceptions."""
    assert [path for path, content in contents(secretive).items() if word.encode() in content] == []


@pytest.mark.parametrize(
    "name", ["secret_total", "HIDDEN_CONSTANT", "31337", "doubled_secretly", "0.125", "other_assign"]
)
def test_no_helper_that_hidden_checks_use_alone_is_anywhere(secretive, name):
    """Nor a tolerance of theirs, nor what the model answer imports of its own."""
    assert [path for path, content in contents(secretive).items() if name.encode() in content] == []


@pytest.mark.parametrize("value", ["17.25", "99.5", "30.625"])
def test_no_expected_value_of_the_write_up_is_anywhere(secretive, value):
    """An answer of the write-up is read by the kit, and judged elsewhere."""
    assert [path for path, content in contents(secretive).items() if value.encode() in content] == []


@pytest.mark.parametrize("kit", ["hw1_kit", "secretive"])
def test_no_statement_of_the_reference_is_anywhere(kit, request):
    """Function by function, statement by statement, whatever the layout; also in the data."""
    made = request.getfixturevalue(kit)
    course, name = (Course(ROOT), "hw1") if kit == "hw1_kit" else (HIDING, "secretive")
    python = python_of(made)
    data = contents(made)
    sources = reference_sources(course.reference(name))
    found = [text for source in sources.values() for text in statements(source)]
    assert len(found) > 5
    told = [(path, text) for text in found for path, content in python.items() if text in content]
    assert told == []
    public = " ".join([content.decode() for path, content in made.files.items() if path.endswith((".py", ".md"))])
    names = {word for source in sources.values() for word in words_of(source) if word not in public}
    assert names
    binary = {path: content for path, content in data.items() if path.endswith(".case")}
    assert binary
    assert [(path, word) for word in names for path, content in binary.items() if word.encode() in content] == []


@pytest.mark.parametrize("kit", ["hw1_kit", "secretive"])
def test_no_hidden_check_is_told_of(kit, request):
    """Neither its name, its hint, its sentence, nor an input that it draws, for the grading seed or the public one."""
    made = request.getfixturevalue(kit)
    course, name = (Course(ROOT), "hw1") if kit == "hw1_kit" else (HIDING, "secretive")
    everything = contents(made)
    texts = b"\n".join(content for path, content in everything.items())
    known = load_assignment(course, name, seed=public_seed(name, 0))
    hints = {spec.hint for spec in known.rubric.checks if spec.visibility == "visible"}
    for spec in known.rubric.checks:
        if spec.visibility == "visible":
            continue
        assert not re.search(rf"\b{spec.id}\b".encode(), texts)
        assert spec.hint in hints or spec.hint.encode() not in texts
        if spec.id in known.checks:
            assert (known.checks[spec.id].body.__doc__ or "?").encode() not in texts
    hidden = [check for check in known.checks.values() if check.spec.visibility != "visible"]
    shown = {call for check in known.checks.values() if check.spec.visibility == "visible" for call in check.plan.calls}
    drawn = [sorted({call for call in check.plan.calls if len(call) > 40} - shown)[:SOME] for check in hidden]
    assert sum(map(len, drawn)) > SOME
    assert [call for calls in drawn for call in calls if call in texts] == []


def test_the_seed_for_grading_is_not_in_it(hw1_kit, secretive):
    """The kit's seed is told by the assignment's name; no case of it was drawn from the other one."""
    for kit, name in ((hw1_kit, "hw1"), (secretive, "secretive")):
        rubric = kit.files[f"rubrics/{name}.yaml"].decode()
        assert f"seed: {public_seed(name)}\n" in rubric
    assert public_seed("hw1", public_seed("hw1")) != public_seed("hw1")
    seeds = {wire.decode(data)[1] for path, data in contents(secretive).items() if path.endswith(".case")}
    assert seeds == {public_seed("secretive")}


def test_data_is_plain(hw1_kit):
    """Messages of the wire and nothing else: no pickle, no archive that is run."""
    entries = {path: data for path, data in contents(hw1_kit).items() if path.endswith(".case")}
    assert len(entries) > 30
    for data in entries.values():
        assert isinstance(wire.decode(data), list)


@pytest.mark.parametrize(
    ("change", "said"),
    [
        (("`total` is the sum.", "Unlike total_of_hidden_things."), "total_of_hidden_things"),
        (("from shared_cases import vectors", "from shared_cases import *"), "star import"),
    ],
)
def test_a_rubric_that_would_tell_is_refused(tmp_path, change, said):
    """A visible check that names a hidden one, names that nobody can follow: no kit is made, the line is named."""
    shutil.copytree(HIDING.root, tmp_path / "course")
    file = tmp_path / "course" / "rubrics" / "secretive.py"
    file.write_text(file.read_text().replace(*change))
    with pytest.raises(RubricError, match=said):
        make_kit(Course(tmp_path / "course"), "secretive", seed=1)


REFERENCE = "class Net:\n    def __init__(self, x): self.x = x\n    def f(self): return self.x\ndef f(x): return x\n"
ASKING = '''
@given(x=st.floats(1, 2))
def meets_an_object(student, expect, reference, x):
    """An object of the model answer's is made."""
    if expect.scalar(student.m.f(x)) > 0:
        expect.close(student.m.f(x), reference.m.Net(x).f())

@given(x=st.floats(1, 2))
def asks_about_answers(student, expect, reference, x):
    """The model answer is asked about what was returned."""
    expect.close(reference.m.f(expect.scalar(student.m.f(x))), x)
'''


def test_why_a_check_is_left_out_is_true(tmp_path):
    """An object of the model answer's is no question about what students return."""
    notes = make_kit(write_course(tmp_path, ASKING, REFERENCE), "small", seed=1).notes
    assert notes == [
        "meets_an_object is not in the kit: it works with objects of the model answer's, and a kit holds its numbers alone",
        "asks_about_answers is not in the kit: it asks the model answer about what students return",
    ]
