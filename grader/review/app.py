"""The page's addresses: the overview, a queue per check, one answer at a time, and what is saved of it."""

from __future__ import annotations

import sqlite3
from collections.abc import Callable
from dataclasses import replace
from importlib.resources import files
from pathlib import Path
from typing import Any

from jinja2 import ChoiceLoader, Environment, PackageLoader, StrictUndefined
from markupsafe import Markup, escape
from starlette.applications import Starlette
from starlette.concurrency import run_in_threadpool
from starlette.datastructures import FormData
from starlette.exceptions import HTTPException
from starlette.requests import Request
from starlette.responses import HTMLResponse, JSONResponse, RedirectResponse, Response
from starlette.routing import Route

from grader.errors import GraderError, UsageError
from grader.export.escaping import visible
from grader.model.grade import points_text
from grader.report.pictures import picture_of
from grader.results.acts import Act
from grader.results.gradebook import Conflict
from grader.results.ledger import ATTEMPTS
from grader.review.answers import Answer
from grader.review.desk import Desk
from grader.review.forms import as_draft, read_points, read_ticked, readable, seen_version
from grader.review.overview import Tally, overview_of
from grader.review.past import comments_on, items_version, pace_of
from grader.review.ticked import Ticked

_TYPES = {"css": "text/css", "js": "text/javascript", "woff2": "font/woff2"}
_ASSETS = {
    "review.css": "grader.review", "review.js": "grader.review", "report.css": "grader.report",
    "stix-two-math.woff2": "grader.report",
}  # fmt: skip
_TEMPLATES = Environment(
    loader=ChoiceLoader([PackageLoader("grader.review"), PackageLoader("grader.report")]),
    autoescape=True,
    undefined=StrictUndefined,
    trim_blocks=True,
    lstrip_blocks=True,
)
_TEMPLATES.filters["points"] = points_text
_TEMPLATES.filters["visible"] = visible
# Cookies of the page's own: who grades, whether names are shown, whether single keys do something.
NAMES, KEYS = "grader_names", "grader_keys"
_ACTS = {
    "comment": "a comment", "withdraw": "took something back", "flag": "flagged it", "resolve": "closed a flag",
    "reply": "answered a request", "request": "asked for another look", "item": "changed an item",
}  # fmt: skip


class Pages:
    """Answers requests on one desk; another desk takes its place where the class was graded again.

    Args:
        make_desk: reads everything anew.
        grader: who grades at this address.
    """

    def __init__(self, make_desk: Callable[[], Desk], folder: Path, grader: str) -> None:
        self._make, self._folder, self.grader = make_desk, folder, grader
        self._version = self._stamp()
        self._desk = make_desk()
        self._tallies: dict[str, Tally] = {}

    def _stamp(self) -> list[tuple[int, int]]:
        places = (self._folder / "results.sqlite", self._folder / ATTEMPTS / "results.sqlite")
        found = [place.stat() for place in places if place.is_file()]
        return [(one.st_mtime_ns, one.st_size) for one in found]

    @property
    def desk(self) -> Desk:
        """The desk as the class is graded now."""
        stamp = self._stamp()
        if stamp != self._version:
            self._version, self._desk, self._tallies = stamp, self._make(), {}
        return self._desk

    def routes(self) -> list[Route]:
        """Every address."""
        return [
            Route("/", self._plainly(self.home)),
            Route("/overview", self._plainly(self.overview)),
            Route("/rubric", self._plainly(self.rubric)),
            Route("/student", self._plainly(self.student), methods=["POST"]),
            Route("/check/{check}", self._plainly(self.check)),
            Route("/answer/{answer}", self._plainly(self.answer)),
            Route("/answer/{answer}", self._plainly(self.save), methods=["POST"]),
            Route("/draft/{answer}", self._plainly(self.draft), methods=["POST"]),
            Route("/items/{check}", self._plainly(self.items), methods=["POST"]),
            Route("/out/{answer}", self._plainly(self.take_out), methods=["POST"]),
            Route("/theirs/{answer}", self._plainly(self.keep_theirs), methods=["POST"]),
            Route("/flag/{answer}", self._plainly(self.flag), methods=["POST"]),
            Route("/resolve/{act:int}", self._plainly(self.resolve), methods=["POST"]),
            Route("/undo", self._plainly(self.undo), methods=["POST"]),
            Route("/switch/{name}", self._plainly(self.switch), methods=["POST"]),
            Route("/assets/{name}", asset),
        ]

    def _plainly(self, page: Callable[[Request, FormData], Response]) -> Callable[[Request], Any]:
        """A page that may take its time, whose refusals are told in a sentence."""

        async def answer_plainly(request: Request) -> Response:
            form = await request.form() if request.method == "POST" else FormData()
            try:
                return await run_in_threadpool(page, request, form)
            except Conflict as conflict:
                return await run_in_threadpool(self.conflict, request, form, conflict)
            except (GraderError, ValueError) as error:
                return self._problem(request, error, 400)
            except (sqlite3.Error, OSError) as error:
                way_out = "is there room on its disk, may it be written to, does another grader use it?"
                return self._problem(request, f"the gradebook or a file cannot be used ({error}): {way_out}", 503)

        return answer_plainly

    def _problem(self, request: Request, problem: object, status: int) -> Response:
        answer = request.path_params.get("answer", "")
        is_act = request.method == "POST"
        title = "Not saved" if is_act else "Not to be shown"
        return self._page(
            "problem.html", request, status=status, title=title, problem=problem, answer=answer, is_act=is_act
        )

    def _page(self, template: str, request: Request, *, status: int = 200, **shown: Any) -> HTMLResponse:
        text = _TEMPLATES.get_template(template).render(
            assignment=self._desk.rubric.assignment,
            grader=self.grader,
            shows_names=request.cookies.get(NAMES) == "1",
            uses_keys=request.cookies.get(KEYS) != "0",
            **shown,
        )
        return HTMLResponse(text, status)

    # ── pages ────────────────────────────────────────────────────────────────────────────────────────────────────────

    def home(self, request: Request, form: FormData) -> Response:
        """Every queue, and how much of it is left."""
        desk = self.desk
        progress = desk.progress()
        return self._page(
            "home.html", request, title="Queues", progress=progress,
            others=[spec.id for spec in desk.rubric.checks if spec.id not in progress],
            requests=[(act, desk.answer_of(act)) for act in desk.present.requests],
            flagged=[(act, desk.answer_of(act)) for act in desk.present.flags],
        )  # fmt: skip

    def overview(self, request: Request, form: FormData) -> Response:
        """How graders and machine agree."""
        desk = self.desk
        lines = {spec.id: spec.line for spec in desk.rubric.checks}
        return self._page(
            "overview.html", request, title="Overview", found=overview_of(desk, self._tallies), lines=lines
        )

    def rubric(self, request: Request, form: FormData) -> Response:
        """The rubric's file, each line with its number."""
        return self._page("rubric.html", request, title="Rubric", lines=self.desk.rubric_text.split("\n"))

    def student(self, request: Request, form: FormData) -> Response:
        """All answers of a student, where names are shown."""
        name = str(form.get("name", "")).strip()
        if request.cookies.get(NAMES) != "1":
            raise UsageError("names are hidden; show them first")
        found = self.desk.answers_by(name)
        return self._page("student_answers.html", request, title="One student", name=name, found=found)

    def check(self, request: Request, form: FormData) -> Response:
        """A check's queue: on to the first answer that waits, or the list of all."""
        desk, name = self.desk, request.path_params["check"]
        spec = desk.spec(name)
        queue = desk.queue(name)
        queued = {answer.id for answer, _ in queue}
        if request.query_params.get("list") is None:
            first = next((answer for answer, grade in queue if grade.waits), None)
            if first is not None:
                return RedirectResponse(f"/answer/{first.id}", 303)
        groups = [group for group in desk.groups(name) if len(group.members) > 1]
        saved = sum(len(act.members) - 1 for act in desk.acts if act.check == name and len(act.members) > 1)
        return self._page(
            "check.html", request, title=name, spec=spec, queue=queue, groups=groups, saved=saved,
            others=[one for one in desk.all_of(name) if one.id not in queued], question=desk.title_of(name),
            text_of=lambda one: desk.text(desk.answer(one)),
        )  # fmt: skip

    def answer(self, request: Request, form: FormData) -> Response:
        """One answer to grade."""
        answer = self.desk.answer(request.path_params["answer"])
        self.desk.drafts.opens(self.grader, answer.id)
        return self._answer_page(request, answer)

    def _answer_page(self, request: Request, answer: Answer, *, status: int = 200, **more: Any) -> HTMLResponse:
        desk = self.desk
        spec, grade = desk.spec(answer.check), desk.grade(answer)
        queue = desk.queue(answer.check)
        alike = desk.group_of(answer)
        draft = desk.drafts.get(self.grader, answer.id) or _draft_of(desk, answer)
        shown_by_machine = answer.machine.entry["counterexample"]
        shown = {
            "spec": spec, "grade": grade, "answer": answer, "draft": draft, "items": desk.items(answer.check),
            "comments": comments_on(desk.acts, answer.check), "words": desk.words(answer),
            "of_one": desk.words_on_one(answer),
            "place": next((n for n, (one, _) in enumerate(queue, start=1) if one.id == answer.id), 0),
            "total": len(queue), "settled": sum(not one.waits for _, one in queue),
            "alike": [one for one in alike if one.id != answer.id], "text": desk.text, "conflict": (),
            "version": grade.last_act, "items_seen": items_version(desk.acts, answer.check),
            "drawn": mark_passage(desk, answer), "code": desk.code_of(answer),
            "note": desk.note_on(answer), "following": desk.next_answer(answer, self.grader), "typed": None,
            "question": desk.title_of(answer.check), "pace": pace_of(desk.acts, self.grader, answer.check),
            "asked": desk.asked_about(answer), "changes": desk.changes(answer) if grade.old else (),
            "picture": picture_of(shown_by_machine, answer.machine.entry["functions"]) if shown_by_machine else None,
        } | more  # fmt: skip
        return self._page("answer.html", request, status=status, title=answer.check, **shown)

    # ── acts ─────────────────────────────────────────────────────────────────────────────────────────────────────────

    def save(self, request: Request, form: FormData) -> Response:
        """Save what was decided, and go on to the next answer."""
        # Before anything that may fail, as reading a rubric that somebody is changing.
        self._keep_draft(self._desk.answer(request.path_params["answer"]), form)
        desk = self.desk
        answer = desk.answer(request.path_params["answer"])
        if form.get("digest") != answer.version:
            raise UsageError("the answer has changed since this page was opened; open it again")
        also = [desk.answer(str(name)) for name in form.getlist("also")]
        if form.get("items_seen", "") not in ("", str(items_version(desk.acts, answer.check))):
            raise UsageError("the items of this check were changed since this page was opened; look at them again")
        desk.save(answer, read_ticked(form), self.grader, seen_version(form), also)
        return self._next(answer)

    def _next(self, answer: Answer) -> Response:
        """On to the next answer of the queue, or to its list where none is left."""
        following = self.desk.next_answer(answer, self.grader)
        return RedirectResponse(f"/answer/{following.id}" if following else f"/check/{answer.check}?list=1", 303)

    def _keep_draft(self, answer: Answer, form: FormData) -> None:
        ticked = read_ticked(form, strict=False)
        self._desk.drafts.keep(self.grader, answer.id, as_draft(ticked, str(form.get("points", ""))))

    def conflict(self, request: Request, form: FormData, conflict: Conflict) -> Response:
        """Both what a colleague saved and what was typed here, to choose from."""
        answer = self.desk.answer(request.path_params["answer"])
        typed = read_ticked(form)
        draft = as_draft(typed, "" if typed.points is None else points_text(typed.points))
        version = max(conflict.acts[-1].id, self.desk.grade(answer).last_act)
        theirs = [(act, _describe(self.desk, answer, act)) for act in conflict.acts]
        return self._answer_page(
            request, answer, status=409, conflict=theirs, version=version, typed=typed, draft=draft
        )

    def draft(self, request: Request, form: FormData) -> Response:
        """Keep what is typed."""
        answer = self.desk.answer(request.path_params["answer"])
        self.desk.drafts.opens(self.grader, answer.id)
        self._keep_draft(answer, form)
        return JSONResponse({"kept": True})

    def items(self, request: Request, form: FormData) -> Response:
        """Add, change or delete a rubric item; every answer that carries it follows."""
        check = request.path_params["check"]
        points = None if form.get("delete") else read_points(str(form.get("points", "")))
        if points is None and not form.get("delete"):
            raise UsageError("an item needs points, such as 1, -0.5 or 1/3")
        self.desk.put_item(check, self.grader, readable(str(form.get("text", ""))), points, str(form.get("item", "")))
        return _back(form, f"/check/{check}?list=1")

    def flag(self, request: Request, form: FormData) -> Response:
        """Leave an answer to a colleague."""
        answer = self.desk.answer(request.path_params["answer"])
        self.desk.flag(answer, self.grader, readable(str(form.get("text", ""))) or "please look at it")
        return self._next(answer)

    def take_out(self, request: Request, form: FormData) -> Response:
        """Take an answer out of the group that it was graded with, and show it again."""
        answer = self.desk.answer(request.path_params["answer"])
        self.desk.take_out(answer, self.grader)
        return RedirectResponse(f"/answer/{answer.id}", 303)

    def keep_theirs(self, request: Request, form: FormData) -> Response:
        """Forget what was typed beside a colleague's word, and go on."""
        answer = self.desk.answer(request.path_params["answer"])
        self.desk.drafts.drop(self.grader, answer.id)
        return self._next(answer)

    def resolve(self, request: Request, form: FormData) -> Response:
        """Close a flag or answer a request."""
        self.desk.resolve(request.path_params["act"], self.grader, readable(str(form.get("text", ""))))
        return _back(form, "/")

    def undo(self, request: Request, form: FormData) -> Response:
        """Take back the last act, and show what it was about."""
        undone = self.desk.undo(self.grader)
        if undone is None:
            return _back(form, "/")
        about = undone.members[0]
        answer = self.desk.answer_of(replace(undone, student=about.student, answer=about.answer, files=about.files))
        return RedirectResponse(f"/answer/{answer.id}" if answer else f"/check/{undone.check}?list=1", 303)

    def switch(self, request: Request, form: FormData) -> Response:
        """Show names or hide them; use single keys or do not."""
        cookie = {"names": NAMES, "keys": KEYS}.get(request.path_params["name"])
        if cookie is None:
            raise HTTPException(404)
        response = _back(form, "/")
        response.set_cookie(cookie, str(form.get("value", "0"))[:1], samesite="strict", httponly=True)
        return response


def asset(request: Request) -> Response:
    """A file of the page's own."""
    name = request.path_params["name"]
    if name not in _ASSETS:
        raise HTTPException(404)
    data = files(_ASSETS[name]).joinpath("assets", name).read_bytes()
    return Response(data, media_type=_TYPES[name.rpartition(".")[2]])


def make_app(pages: Pages) -> Starlette:
    """The application; `safety.Guard` stands before it."""
    return Starlette(routes=pages.routes())


def _describe(desk: Desk, answer: Answer, act: Act) -> str:
    """What a colleague's act says of an answer, in words."""
    word = next((word for word in desk.words(answer) if word.act.id == act.id), None)
    if word is not None and word.scores():
        worth = answer.machine.max_score
        return f"{points_text(word.points(worth))} of {points_text(worth)}"
    return _ACTS.get(act.kind, act.kind)


def _draft_of(desk: Desk, answer: Answer) -> dict[str, Any]:
    """What holds of people's words, as the form holds it, so that saving it again changes nothing."""
    scoring = [word for word in desk.words(answer) if word.scores()]
    if not scoring:
        return as_draft(Ticked(), "")
    word, said = scoring[-1], desk.grade(answer).comment
    # Points alone are a share of what the check is worth, which may have changed; beside items they are points.
    points = word.score if word.items is not None else word.points(desk.spec(answer.check).points)
    items = tuple(item.id for item in word.items or ())
    text = "" if points is None else points_text(points)
    return as_draft(Ticked(items, points, said, word.starts_full), text)


def _back(form: FormData, otherwise: str) -> RedirectResponse:
    """To the page that the form names, if it is one of ours."""
    where = str(form.get("back", ""))
    return RedirectResponse(where if where.startswith("/") and not where.startswith("//") else otherwise, 303)


def mark_passage(desk: Desk, answer: Answer) -> Markup:
    """The answer as it is drawn, with the passage that the machine read marked where it stands as it was read."""
    drawn, excerpt = desk.draw(answer), str(escape(visible(desk.excerpt(answer))))
    if len(excerpt) < 2 or str(drawn).count(excerpt) != 1:
        return drawn
    return Markup(str(drawn).replace(excerpt, f"<mark>{excerpt}</mark>"))
