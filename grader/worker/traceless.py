"""Whether code can leave a trace in its process, told before it runs: by its syntax and by the names that it uses.

What one question's code leaves behind (a library's defaults, random states, something put in another's place, what a
function keeps from call to call) is kept from the next by a process for each. Most homework leaves nothing behind, and
then one process does for all. This tells so of code that is beyond doubt, and of no other:

- At the top of a module there are imports, functions, classes and values that nobody can change.
- What a method sets it sets on its own object; nothing at the top of a module is set, nor an item of it.
- Whatever stands after a dot, or is imported, is on a list (`grader.worker.quiet_names`), or is a name that the code
  gave itself and that no library bears; of Python's own names only those of another list are used. So nothing can be
  called that has an effect: one name on no list is enough to have a process of one's own.
"""

from __future__ import annotations

import ast
import sys
from collections.abc import Collection, Iterable, Mapping, Sequence

from grader.worker.module_names import files_by_module
from grader.worker.quiet_names import BUILTINS, CLASSES, DECORATORS, LIBRARIES, NAMES, SPECIAL

_MAX_SOURCE = 1 << 17
# Where names of effect stand that code might give to something of its own as well.
_MODULES = (
    "numpy", "numpy.linalg", "numpy.fft", "torch", "torch.autograd", "torch.nn", "torch.nn.functional", "torch.optim",
    "scipy.linalg", "scipy.optimize", "scipy.signal", "scipy.special", "scipy.stats",
)  # fmt: skip
_OBJECTS = (
    ("numpy", "ndarray"), ("torch", "Tensor"), ("torch.nn", "Module"), ("torch.optim", "Optimizer"),
    ("scipy.stats", "rv_continuous"), ("scipy.stats", "rv_discrete"),
)  # fmt: skip
# What holds nothing but what is within it.
_PLAIN = frozenset({
    ast.Return, ast.Assign, ast.AugAssign, ast.For, ast.While, ast.If, ast.With, ast.withitem, ast.Raise, ast.Try,
    ast.Assert, ast.Expr, ast.Pass, ast.Break, ast.Continue, ast.BoolOp, ast.NamedExpr, ast.BinOp, ast.UnaryOp,
    ast.IfExp, ast.Dict, ast.Set, ast.ListComp, ast.SetComp, ast.DictComp, ast.GeneratorExp, ast.comprehension,
    ast.Compare, ast.Call, ast.keyword, ast.FormattedValue, ast.JoinedStr, ast.Constant, ast.Starred, ast.List,
    ast.Tuple, ast.Slice, ast.ExceptHandler, ast.Nonlocal,
})  # fmt: skip
# What kinds are written with.
_KINDS = (
    ast.Name, ast.Attribute, ast.Subscript, ast.Constant, ast.Tuple, ast.List, ast.BinOp, ast.BitOr, ast.Load
)  # fmt: skip
# Arguments by which numpy leaves parts of a result unwritten; None stands for any, by `**`.
_LEAVES_UNWRITTEN = frozenset({"where", None})
_IS_MAIN = ("__name__ == '__main__'", "'__main__' == __name__")
# Methods that are given the class, and say so nowhere.
_OF_CLASSES = frozenset({"__new__", "__init_subclass__", "__class_getitem__"})


class _Doubt(Exception):
    """Something is on no list."""


def traceless(sources: Mapping[str, str | bytes], modules: Iterable[str]) -> list[str]:
    """Those of some modules of which neither they nor any that they import leave a trace."""
    files = files_by_module(sources)
    imports: dict[str, frozenset[str] | None] = {}

    def is_traceless(module: str, above: Collection[str] = ()) -> bool:
        if module not in imports:
            imports[module] = _own_imports(sources[files[module]], files) if module in files else None
        own = imports[module]
        return own is not None and all(one in above or is_traceless(one, (*above, module)) for one in own)

    return [module for module in modules if is_traceless(module)]


def _own_imports(source: str | bytes, files: Collection[str]) -> frozenset[str] | None:
    """The submission's modules that a module imports; None where it is not beyond doubt that it leaves no trace."""
    if len(source) > _MAX_SOURCE:
        return None
    try:
        reader = _Reader(ast.parse(source), files)
        reader.read()
    except (_Doubt, SyntaxError, ValueError, RecursionError, MemoryError):
        return None
    return frozenset(reader.own_imports)


class _Reader:
    """Reads one module.

    Args:
        files: the names of the submission's modules.
    """

    def __init__(self, tree: ast.Module, files: Collection[str]) -> None:
        self._tree = tree
        self._files = files
        self.own_imports: set[str] = set()
        self._own_names = _names_given(tree)
        self._own_modules: dict[str, ast.alias] = {}
        self._of_module = {name for statement in tree.body for name in _names_defined_by(statement)}

    def read(self) -> None:
        """Look at all of it.

        Raises:
            _Doubt: something is on no list.
        """
        for statement in self._tree.body:
            self._look_at_the_top(statement)
        for node in ast.walk(self._tree):
            name = _name_bound_by(node)
            if name in self._own_modules and node is not self._own_modules[name]:
                raise _Doubt(name)  # which may be another's module from there on
            if name in DECORATORS and not (isinstance(node, ast.alias) and node.name == name):
                raise _Doubt(name)  # which may be a function that keeps something

    def _look_at_the_top(self, node: ast.stmt) -> None:
        match node:
            case ast.Import() | ast.ImportFrom() | ast.FunctionDef() | ast.ClassDef() | ast.Pass():
                self._look(node)
            case ast.If(test=test, orelse=[]) if ast.unparse(test) in _IS_MAIN:
                pass  # it is not run here
            case ast.Assign(targets=[ast.Name(id="__all__")], value=ast.List(elts=names)):
                self._look_at_value(ast.Tuple(names))
            case _:
                self._look_at_definition(node)

    def _look_at_definition(self, node: ast.stmt) -> None:
        """A docstring, or a value that nobody can change, under a name."""
        match node:
            case ast.Expr(value=ast.Constant()):
                pass
            case ast.Assign(targets=targets, value=value) if all(map(_is_of_names, targets)):
                self._look_at_value(value)
            case ast.AnnAssign(target=ast.Name(), annotation=annotation, value=value):
                _look_at_kind(annotation)
                self._look_at_value(value)
            case _:
                raise _Doubt(node)

    def _look_at_value(self, node: ast.expr | None) -> None:
        match node:
            case None | ast.Constant():
                pass
            case ast.Tuple() | ast.UnaryOp() | ast.BinOp():
                for part in ast.iter_child_nodes(node):
                    if isinstance(part, ast.expr):
                        self._look_at_value(part)
            case ast.Attribute() | ast.Name() | ast.Lambda():
                self._look(node)
            case _:
                raise _Doubt(node)

    def _look(self, node: ast.AST, own: str = "") -> None:
        """A node and all in it.

        Args:
            own: what the method that it stands in calls its object.
        """
        kind = type(node)
        if kind is ast.Name:
            self._name(node.id)  # type: ignore[attr-defined]
        elif kind is ast.Call and _asks_for_class(node):
            self._look(node.args[0], own)  # type: ignore[attr-defined]
        elif kind in _PLAIN:
            for part in ast.iter_child_nodes(node):
                if part._fields:  # neither an operator nor a context
                    self._look(part, own)
            if kind is ast.keyword and node.arg in _LEAVES_UNWRITTEN:  # type: ignore[attr-defined]
                raise _Doubt(node)
        elif kind is ast.Attribute:
            self._attribute(node, own)  # type: ignore[arg-type]
        elif kind is ast.Subscript:
            self._subscript(node, own)  # type: ignore[arg-type]
        else:
            self._look_at_statement(node, own)

    def _look_at_statement(self, node: ast.AST, own: str) -> None:
        match node:
            case ast.AnnAssign(target=target, annotation=annotation, value=value):
                _look_at_kind(annotation)
                for part in filter(None, (target, value)):
                    self._look(part, own)
            case ast.Import(names=names):
                for alias in names:
                    self._import(alias.name, 0, (), alias)
            case ast.ImportFrom(module=module, level=level, names=names):
                told = [alias for alias in names if alias.name not in CLASSES or alias.asname]
                self._import(module or "", level, told)
            case ast.FunctionDef() | ast.Lambda():
                self._function(node, "" if own in _parameters(node) else own)
            case ast.ClassDef():
                self._class(node)
            case _:
                raise _Doubt(node)

    def _name(self, name: str) -> None:
        if name.startswith("__") or name in CLASSES or (name in _vars("builtins") and name not in BUILTINS):
            raise _Doubt(name)

    def _attribute(self, node: ast.Attribute, own: str) -> None:
        of = node.value.id if isinstance(node.value, ast.Name) else None
        is_own = of == own != ""
        is_known = node.attr in NAMES or node.attr in SPECIAL or of in self._own_modules
        if not is_known and not (node.attr in self._own_names and (is_own or not _is_of_effect(node.attr))):
            raise _Doubt(node.attr)
        if not (is_own or isinstance(node.ctx, ast.Load)):
            raise _Doubt(node.attr)
        self._look(node.value, own)

    def _subscript(self, node: ast.Subscript, own: str) -> None:
        """An item that is set is one of something that the function itself holds."""
        if not isinstance(node.ctx, ast.Load):
            of = node.value
            while isinstance(of, ast.Subscript | ast.Attribute):
                of = of.value
            if not isinstance(of, ast.Name) or of.id in self._of_module:
                raise _Doubt(of)
        self._look(node.value, own)
        self._look(node.slice, own)

    def _import(self, module: str, level: int, names: Sequence[ast.alias], bound: ast.alias | None = None) -> None:
        own = [module] if module in self._files else [one.name for one in names] if level and not module else []
        if own:
            if level > 1 or any(one.name == "*" for one in names) or not set(own) <= set(self._files):
                raise _Doubt(module)
            self.own_imports.update(own)
            modules = names if not module else [bound] if bound else []
            self._own_modules |= {one.asname or one.name: one for one in modules}
        elif level or module.partition(".")[0] in self._files or not _is_known(module, names):
            raise _Doubt(module)

    def _class(self, node: ast.ClassDef) -> None:
        if node.keywords:
            raise _Doubt(node.name)
        for base in node.bases:
            _look_at_kind(base)
            self._look(base)
        for decorator in node.decorator_list:
            self._decorator(decorator)
        for statement in node.body:
            if isinstance(statement, ast.FunctionDef):
                manners = {one.id for one in statement.decorator_list if isinstance(one, ast.Name)}
                takes_object = not manners & {"staticmethod", "classmethod"} and statement.name not in _OF_CLASSES
                first = statement.args.args[:1] if takes_object else []
                self._function(statement, first[0].arg if first else "")
            elif not isinstance(statement, ast.Pass):
                self._look_at_definition(statement)

    def _function(self, node: ast.FunctionDef | ast.Lambda, own: str) -> None:
        for default in filter(None, (*node.args.defaults, *node.args.kw_defaults)):
            self._look_at_value(default)
        if isinstance(node, ast.Lambda):
            self._look(node.body, own)
            return
        for annotation in filter(None, (node.returns, *(one.annotation for one in _every_parameter(node)))):
            _look_at_kind(annotation)
        for decorator in node.decorator_list:
            self._decorator(decorator)
        if own and any(_name_bound_by(part) == own for statement in node.body for part in ast.walk(statement)):
            raise _Doubt(own)  # which may be another's object from there on
        for statement in node.body:
            self._look(statement, own)

    def _decorator(self, node: ast.expr) -> None:
        called = node.func if isinstance(node, ast.Call) and not (node.args or node.keywords) else node
        name = called.attr if isinstance(called, ast.Attribute) else called.id if isinstance(called, ast.Name) else ""
        if name not in DECORATORS:
            raise _Doubt(name)
        self._look(called)


def _asks_for_class(node: ast.AST) -> bool:
    """Whether it is `isinstance(x, np.ndarray)`, whatever the classes are called."""
    match node:
        case ast.Call(func=ast.Name(id="isinstance" | "issubclass"), args=[_, classes], keywords=[]):
            return all(isinstance(part, ast.Name | ast.Attribute | ast.Tuple | ast.Load) for part in ast.walk(classes))
    return False


def _is_known(module: str, names: Iterable[ast.alias]) -> bool:
    """Whether a library's module, and what is imported from it, are on the lists."""
    return module in LIBRARIES and all(one.name in NAMES or f"{module}.{one.name}" in LIBRARIES for one in names)


def _name_bound_by(node: ast.AST) -> str | None:
    """The name that a node binds, by whatever way Python has."""
    match node:
        case ast.Name(id=name, ctx=ast.Store() | ast.Del()) | ast.arg(arg=name) | ast.ExceptHandler(name=name):
            return name
        case ast.FunctionDef(name=name) | ast.ClassDef(name=name):
            return name
        case ast.alias(name=name, asname=other):
            return other or name.partition(".")[0]
    return None


def _is_of_names(target: ast.expr) -> bool:
    """Whether nothing but names is bound: `a`, or `a, b`."""
    parts = target.elts if isinstance(target, ast.Tuple) else [target]
    return all(isinstance(part, ast.Name) for part in parts)


def _look_at_kind(node: ast.expr) -> None:
    """An annotation or a base, which are worked out where they stand."""
    if not all(isinstance(part, _KINDS) for part in ast.walk(node)):
        raise _Doubt(node)


def _every_parameter(node: ast.FunctionDef | ast.Lambda) -> list[ast.arg]:
    args = node.args
    every = [*args.posonlyargs, *args.args, *args.kwonlyargs, args.vararg, args.kwarg]
    return [one for one in every if one is not None]


def _parameters(node: ast.AST) -> set[str]:
    return {one.arg for one in _every_parameter(node)} if isinstance(node, ast.FunctionDef | ast.Lambda) else set()


def _names_given(tree: ast.Module) -> frozenset[str]:
    """The names that code gives to its functions, its classes and to parts of its objects."""
    found = set[str]()
    for node in ast.walk(tree):
        if isinstance(node, ast.Attribute) and isinstance(node.ctx, ast.Store):
            found.add(node.attr)
        elif isinstance(node, ast.FunctionDef):
            found.add(node.name)
        elif isinstance(node, ast.ClassDef):
            found |= {node.name}.union(*map(_names_defined_by, node.body))
    return frozenset(found)


def _names_defined_by(statement: ast.stmt) -> set[str]:
    """The names that a statement binds where it stands."""
    match statement:
        case ast.FunctionDef(name=name) | ast.ClassDef(name=name):
            return {name}
        case ast.Import(names=names) | ast.ImportFrom(names=names):
            return {(alias.asname or alias.name).partition(".")[0] for alias in names}
        case ast.Assign(targets=targets):
            return {part.id for target in targets for part in ast.walk(target) if isinstance(part, ast.Name)}
        case ast.AnnAssign(target=ast.Name(id=name)):
            return {name}
    return set()


def _is_of_effect(name: str) -> bool:
    """Whether a name on no list is one of a library's, which may have any effect."""
    objects = (_vars(module).get(kind) for module, kind in _OBJECTS)
    return any(hasattr(one, name) for one in objects) or any(name in _vars(module) for module in _MODULES)


def _vars(module: str) -> Mapping[str, object]:
    """What a module holds, where it is loaded."""
    return vars(sys.modules[module]) if module in sys.modules else {}
