"""From the bytes of a Python file to its small form (`ir.py`): the only room where LibCST lives.

It resolves nothing and knows no rule, so what comes out depends on the bytes alone. One parse, one code generation that
notes where nodes begin and end, one walk. Input is hostile: what LibCST cannot take is refused before it sees it
(`prescan.py`), and nothing here raises on any bytes.
"""

from __future__ import annotations

from typing import TYPE_CHECKING, Any, Literal

import libcst as cst
from libcst._nodes.internal import CodegenState

from leastscope.python.syntax import ir
from leastscope.python.syntax.faults import legible_code, syntax_error
from leastscope.python.syntax.literals import evaluate_string, number, unescape
from leastscope.python.syntax.signs import COMPREHENSIONS, KINDS, OPERATORS
from leastscope.python.syntax.source import MARK, Text, normalized, token_offsets

if TYPE_CHECKING:
    from collections.abc import Callable, Iterable
    from contextlib import AbstractContextManager

_NOTED = {cst.Comment, cst.ConcatenatedString, cst.FormattedStringText}
_SINGLETONS = {"True": True, "False": False, "None": None}


def lower(data: bytes) -> ir.Module | ir.Unreadable:
    """Give the small form of one file, or why it has none; never raises, whatever the bytes."""
    found = legible_code(data)
    return found if isinstance(found, ir.Unreadable) else lower_text(found[0])


def lower_text(text: Text) -> ir.Module | ir.Unreadable:
    """Give the small form of a text that LibCST can take."""
    try:
        tree = cst.parse_module(text.text)
        return _Lowering(tree, text).module()
    except cst.ParserSyntaxError as error:
        return syntax_error(text, error.message)
    except (cst.CSTLogicError, SyntaxError, ValueError) as error:
        return syntax_error(text, str(error))
    except RecursionError:
        return ir.Unreadable("too-deep", 1, 1, "nested too deep to be read")


def lower_expression(source: str, start: int) -> tuple[ir.Expr, bool]:
    """Give the small form of an expression that stands at an offset of a file, and whether it yields.

    `source` is its text; raises `ValueError` where LibCST cannot take it.
    """
    # In parentheses, since adjacent literals may stand on several lines.
    opened = f"({source})\n"
    try:
        lowering = _Lowering(cst.parse_module(opened), Text(opened, (0,)), start - 1)
        statements = lowering.module().body
    except (cst.ParserSyntaxError, cst.CSTLogicError) as error:
        raise ValueError(source) from error
    if len(statements) != 1 or not isinstance(statements[0], ir.Evaluate):
        raise ValueError(source)
    return statements[0].value, lowering.yields


class _Adjacent:
    """The literals after the first of a concatenation: LibCST nests each in the one before, here they are a row."""

    lpar = ()

    def __init__(self, node: cst.ConcatenatedString) -> None:
        self.pieces: list[cst.CSTNode] = []
        rest: cst.BaseString = node.right
        while type(rest) is cst.ConcatenatedString:
            self.pieces += (rest.left, rest.whitespace_between)
            rest = rest.right
        self.pieces.append(rest)

    def _codegen(self, state: CodegenState) -> None:
        for piece in self.pieces:
            piece._codegen(state)  # noqa: SLF001  # as the node does whose place this takes


class _Places(CodegenState):
    """Generates the code again as a list of tokens, and notes at which token a node begins and ends.

    It is its own context manager: LibCST enters what `record_syntactic_position` returns for each expression (inside
    its own parentheses) and each statement (after its decorators and indentation), strictly nested.
    """

    after_codegen = id  # type: ignore[assignment]  # of no interest, and called for every blank

    def __init__(self, tree: cst.Module, text: str) -> None:
        super().__init__(default_indent=tree.default_indent, default_newline=tree.default_newline)
        self.first: dict[int, int] = {}
        self.last: dict[int, int] = {}
        self.adjacent: dict[int, _Adjacent] = {}
        self.comments: list[tuple[int, str]] = []
        self._open: list[tuple[cst.CSTNode, cst.CSTNode | None]] = []
        self.add_token = self.tokens.append  # type: ignore[method-assign, assignment]  # called for every token
        tree._codegen(self)  # noqa: SLF001  # the one entry that takes a state
        self.offsets = token_offsets(self.tokens, text)

    def before_codegen(self, node: cst.CSTNode) -> None:
        """Note what has no syntactic position: the text of f-strings, and the comments that address this tool.

        Adjacent literals, of which there may be thousands, are unrolled before they are generated.
        """
        if type(node) not in _NOTED:
            return
        if type(node) is cst.FormattedStringText:
            self.first[id(node)] = len(self.tokens)
        elif type(node) is cst.ConcatenatedString:
            self.adjacent[id(node)] = adjacent = _Adjacent(node)
            object.__setattr__(node, "right", adjacent)
        elif type(node) is cst.Comment and MARK in node.value:
            self.comments.append((len(self.tokens), node.value))

    def record_syntactic_position(  # type: ignore[override]  # any context manager will do
        self, node: cst.CSTNode, *, start_node: cst.CSTNode | None = None, end_node: cst.CSTNode | None = None
    ) -> AbstractContextManager[None]:
        del start_node  # an indented block, whose place nobody asks for
        self.first[id(node)] = len(self.tokens)
        self._open.append((node, end_node))
        return self

    def __enter__(self) -> None:
        """Do nothing: the beginning was noted by the call that made this context."""

    def __exit__(self, *_: object) -> None:
        node, end_node = self._open.pop()
        end = None if end_node is None else self.last.get(id(end_node))
        self.last[id(node)] = len(self.tokens) if end is None else end


class _Lowering:
    """One walk over the tree of one file."""

    def __init__(self, tree: cst.Module, text: Text, moved: int = 0) -> None:
        self._tree = tree
        self._text = text
        self._places = _Places(tree, text.text)
        if moved:
            self._places.offsets = [offset + moved for offset in self._places.offsets]
        self.yields = False

    def module(self) -> ir.Module:
        offsets = self._places.offsets
        comments = tuple((self._text.line_of(offsets[token]), words) for token, words in self._places.comments)
        return ir.Module(self._text.lines, self._body(self._tree), comments, self._text.inner())

    def _span(self, node: cst.CSTNode) -> tuple[int, int]:
        places = self._places
        return places.offsets[places.first[id(node)]], places.offsets[places.last[id(node)]]

    # Statements

    def _body(self, suite: cst.BaseSuite | cst.Module) -> tuple[ir.Stmt, ...]:
        return tuple(self._statements(suite.body))

    def _statements(self, nodes: Iterable[cst.CSTNode]) -> list[ir.Stmt]:
        found: list[ir.Stmt] = []
        for node in nodes:
            if type(node) is cst.SimpleStatementLine:
                found += self._statements(node.body)
            elif type(node) is not cst.Pass:
                found += _STATEMENTS[type(node)](self, node)
        return found

    def _orelse(self, node: cst.If | cst.Else | None) -> tuple[ir.Stmt, ...]:
        return self._body(node.body) if type(node) is cst.Else else ()

    def evaluate(self, node: cst.Expr) -> list[ir.Stmt]:
        return [ir.Evaluate(*self._span(node), self._expr(node.value))]

    def _evaluated(self, node: cst.BaseExpression) -> ir.Stmt:
        value = self._expr(node)
        return ir.Evaluate(value.start, value.end, value)

    def assert_(self, node: cst.Assert) -> list[ir.Stmt]:
        span, message = self._span(node), () if node.msg is None else (self._evaluated(node.msg),)
        return [ir.If(*span, self._expr(node.test), (), (*message, ir.Leave(*span, "raise")))]

    def del_(self, node: cst.Del) -> list[ir.Stmt]:
        target = node.target
        if type(target) is cst.Tuple:
            return [self._evaluated(element.value) for element in target.elements]
        return [self._evaluated(target)]

    def raise_(self, node: cst.Raise) -> list[ir.Stmt]:
        raised = self._optional(node.exc)
        cause = () if node.cause is None else (self._evaluated(node.cause.item),)
        return [*cause, ir.Leave(*self._span(node), "raise", raised)]

    def leave(self, node: cst.Break | cst.Continue) -> list[ir.Stmt]:
        return [ir.Leave(*self._span(node), "break" if type(node) is cst.Break else "continue")]

    def return_(self, node: cst.Return) -> list[ir.Stmt]:
        return [ir.Return(*self._span(node), self._optional(node.value))]

    def assign(self, node: cst.Assign) -> list[ir.Stmt]:
        targets = tuple([self._expr(target.target) for target in node.targets])
        return [ir.Assign(*self._span(node), targets, self._expr(node.value))]

    def annotated(self, node: cst.AnnAssign) -> list[ir.Stmt]:
        annotation = self._expr(node.annotation.annotation)
        return [ir.Assign(*self._span(node), (self._expr(node.target),), self._optional(node.value), annotation)]

    def augment(self, node: cst.AugAssign) -> list[ir.Stmt]:
        operator = OPERATORS[type(node.operator).__name__]
        return [ir.Augment(*self._span(node), self._expr(node.target), operator, self._expr(node.value))]

    def type_alias(self, node: cst.TypeAlias) -> list[ir.Stmt]:
        return [ir.Assign(*self._span(node), (self._expr(node.name),), self._expr(node.value))]

    def import_(self, node: cst.Import | cst.LazyImport) -> list[ir.Stmt]:
        place = self._span(node)
        return [ir.Import(*place, _dotted(item.name), _alias(item.asname)) for item in node.names]

    def import_from(self, node: cst.ImportFrom | cst.LazyImportFrom) -> list[ir.Stmt]:
        names: tuple[tuple[str, str], ...] = (("*", "*"),)
        if not isinstance(node.names, cst.ImportStar):
            names = tuple([(_dotted(item.name), _alias(item.asname) or _dotted(item.name)) for item in node.names])
        return [ir.ImportFrom(*self._span(node), _dotted(node.module), len(node.relative), names)]

    def declare(self, node: cst.Global | cst.Nonlocal) -> list[ir.Stmt]:
        names = tuple([_identifier(item.name) for item in node.names])
        return [ir.Declare(*self._span(node), "global" if type(node) is cst.Global else "nonlocal", names)]

    def if_(self, node: cst.If) -> list[ir.Stmt]:
        branches = [node]
        while type(branches[-1].orelse) is cst.If:
            branches.append(branches[-1].orelse)
        orelse = self._orelse(branches[-1].orelse)
        for branch in reversed(branches):
            orelse = (ir.If(*self._span(branch), self._expr(branch.test), self._body(branch.body), orelse),)
        return list(orelse)

    def while_(self, node: cst.While) -> list[ir.Stmt]:
        return [ir.While(*self._span(node), self._expr(node.test), self._body(node.body), self._orelse(node.orelse))]

    def for_(self, node: cst.For) -> list[ir.Stmt]:
        head = (self._expr(node.target), self._expr(node.iter))
        asynchronous = node.asynchronous is not None
        return [ir.For(*self._span(node), *head, self._body(node.body), self._orelse(node.orelse), asynchronous)]

    def try_(self, node: cst.Try | cst.TryStar) -> list[ir.Stmt]:
        handlers = tuple([self._handler(handler) for handler in node.handlers])
        final = () if node.finalbody is None else self._body(node.finalbody.body)
        return [ir.Try(*self._span(node), self._body(node.body), handlers, self._orelse(node.orelse), final)]

    def _handler(self, node: cst.ExceptHandler | cst.ExceptStarHandler) -> ir.Handler:
        return ir.Handler(self._optional(node.type), _alias(node.name), self._body(node.body))

    def with_(self, node: cst.With) -> list[ir.Stmt]:
        items = tuple(
            [
                (self._expr(item.item), None if item.asname is None else self._expr(item.asname.name))
                for item in node.items
            ]
        )
        return [ir.With(*self._span(node), items, self._body(node.body), node.asynchronous is not None)]

    def define(self, node: cst.FunctionDef) -> list[ir.Stmt]:
        decorators = tuple([self._expr(item.decorator) for item in node.decorators])
        parameters = self._parameters(node.params)
        returns = None if node.returns is None else self._expr(node.returns.annotation)
        outer, self.yields = self.yields, False
        body = self._body(node.body)
        generator, self.yields = self.yields, outer
        start, end = self._span(node)
        name = _identifier(node.name)
        asynchronous = node.asynchronous is not None
        function = ir.Function(start, end, name, parameters, body, decorators, returns, asynchronous, generator)
        return [ir.Define(start, end, function)]

    def class_(self, node: cst.ClassDef) -> list[ir.Stmt]:
        decorators = tuple([self._expr(item.decorator) for item in node.decorators])
        bases = self._arguments((*node.bases, *node.keywords))
        start, end = self._span(node)
        definition = ir.Class(start, end, _identifier(node.name), bases, self._body(node.body), decorators)
        return [ir.DefineClass(start, end, definition)]

    def _parameters(self, node: cst.Parameters) -> tuple[ir.Parameter, ...]:
        found = [self._parameter(item, "positional") for item in node.posonly_params]
        found += [self._parameter(item, "either") for item in node.params]
        if type(node.star_arg) is cst.Param:
            found.append(self._parameter(node.star_arg, "*"))
        found += [self._parameter(item, "keyword") for item in node.kwonly_params]
        if node.star_kwarg is not None:
            found.append(self._parameter(node.star_kwarg, "**"))
        return tuple(found)

    def _parameter(self, node: cst.Param, kind: Literal["positional", "either", "keyword", "*", "**"]) -> ir.Parameter:
        annotation = None if node.annotation is None else self._expr(node.annotation.annotation)
        return ir.Parameter(_identifier(node.name), kind, self._optional(node.default), annotation)

    def match_(self, node: cst.Match) -> list[ir.Stmt]:
        cases = tuple(
            [
                ir.Case(self._pattern(case.pattern), self._optional(case.guard), self._body(case.body))
                for case in node.cases
            ]
        )
        return [ir.Match(*self._span(node), self._expr(node.subject), cases)]

    # Patterns

    def _pattern(self, node: cst.MatchPattern) -> ir.Pattern:
        return _PATTERNS[type(node)](self, node)

    def value_pattern(self, node: cst.MatchValue | cst.MatchSingleton) -> ir.Pattern:
        value = self._expr(node.value)
        return ir.ValuePattern(value.start, value.end, value)

    def capture_pattern(self, node: cst.MatchAs) -> ir.Pattern:
        inner = None if node.pattern is None else self._pattern(node.pattern)
        return ir.CapturePattern(*self._span(node), _identifier(node.name), inner)

    def sequence_pattern(self, node: cst.MatchList | cst.MatchTuple) -> ir.Pattern:
        stars = [at for at, item in enumerate(node.patterns) if type(item) is cst.MatchStar]
        items = tuple([self._sequence_item(item) for item in node.patterns])
        return ir.SequencePattern(*self._span(node), items, stars[0] if stars else -1)

    def _sequence_item(self, node: cst.MatchSequenceElement | cst.MatchStar) -> ir.Pattern:
        if isinstance(node, cst.MatchSequenceElement):
            return self._pattern(node.value)
        return ir.CapturePattern(*self._span(node), _identifier(node.name))

    def mapping_pattern(self, node: cst.MatchMapping) -> ir.Pattern:
        items = tuple([(self._expr(item.key), self._pattern(item.pattern)) for item in node.elements])
        return ir.MappingPattern(*self._span(node), items, _identifier(node.rest))

    def class_pattern(self, node: cst.MatchClass) -> ir.Pattern:
        args = tuple([self._pattern(item.value) for item in node.patterns])
        keywords = tuple([(_identifier(item.key), self._pattern(item.pattern)) for item in node.kwds])
        return ir.ClassPattern(*self._span(node), self._expr(node.cls), args, keywords)

    def or_pattern(self, node: cst.MatchOr) -> ir.Pattern:
        return ir.OrPattern(*self._span(node), tuple([self._pattern(item.pattern) for item in node.patterns]))

    # Expressions

    def _expr(self, node: cst.CSTNode) -> ir.Expr:
        return _EXPRESSIONS.get(type(node), _Lowering.opaque)(self, node)

    def _optional(self, node: cst.BaseExpression | None) -> ir.Expr | None:
        return None if node is None else self._expr(node)

    def opaque(self, node: cst.CSTNode) -> ir.Expr:
        return ir.Opaque(*self._span(node), ())

    def name(self, node: cst.Name) -> ir.Expr:
        if node.value in _SINGLETONS:
            return ir.Constant(*self._span(node), _SINGLETONS[node.value])
        return ir.Name(*self._span(node), _identifier(node))

    def number(self, node: cst.Integer | cst.Float) -> ir.Expr:
        value = number(node.value)
        return ir.Opaque(*self._span(node), ()) if value is None else ir.Constant(*self._span(node), value)

    def string(self, node: cst.SimpleString) -> ir.Expr:
        return ir.Constant(*self._span(node), *evaluate_string(node.value))

    def formatted(self, node: cst.FormattedString) -> ir.Expr:
        return ir.FString(*self._span(node), *self._fields(node))

    def template(self, node: cst.TemplatedString) -> ir.Expr:
        return ir.Opaque(*self._span(node), self._fields(node)[0])

    def _fields(self, node: cst.FormattedString | cst.TemplatedString) -> tuple[tuple[ir.Expr, ...], bool]:
        """Give what the string is made of, and whether the text of each field is `str(value)`."""
        parts: list[ir.Expr] = []
        plain = True
        for part in node.parts:
            if type(part) is cst.FormattedStringText:
                parts.append(self._text_piece(part, raw="r" in node.prefix))
            elif isinstance(part, (cst.FormattedStringExpression, cst.TemplatedStringExpression)):
                plain &= self._field(part, parts)
        return tuple(parts), plain

    def _text_piece(self, node: cst.FormattedStringText, *, raw: bool) -> ir.Expr:
        token = self._places.first[id(node)]
        place = (self._places.offsets[token], self._places.offsets[token + 1])
        return ir.Constant(*place, unescape(node.value, raw=raw, is_bytes=False).replace("{{", "{").replace("}}", "}"))

    def _field(self, node: cst.FormattedStringExpression | cst.TemplatedStringExpression, parts: list[ir.Expr]) -> bool:
        """Add the expressions of one replacement field, those of its format spec after its own."""
        parts.append(self._expr(node.expression))
        for part in node.format_spec or ():
            if isinstance(part, (cst.FormattedStringExpression, cst.TemplatedStringExpression)):
                self._field(part, parts)
        return node.conversion in {None, "s"} and node.format_spec is None and node.equal is None

    def concatenated(self, node: cst.ConcatenatedString) -> ir.Expr:
        """Join adjacent literals to one constant, or to one f-string if there is one among them."""
        pieces = [node.left, *self._places.adjacent[id(node)].pieces[::2]]
        if all(type(piece) is cst.SimpleString for piece in pieces):
            values = [evaluate_string(piece.value) for piece in pieces if type(piece) is cst.SimpleString]
            return ir.Constant(*self._span(node), "".join(value for value, _ in values), values[0][1])
        parts: list[ir.Expr] = []
        plain = True
        for piece in pieces:
            if type(piece) is cst.FormattedString:
                more, is_plain = self._fields(piece)
                parts += more
                plain &= is_plain
            else:
                parts.append(self._expr(piece))
        return ir.FString(*self._span(node), tuple(parts), plain)

    def attribute(self, node: cst.Attribute) -> ir.Expr:
        return ir.Attribute(*self._span(node), self._expr(node.value), _identifier(node.attr))

    def call(self, node: cst.Call) -> ir.Expr:
        return ir.Call(*self._span(node), self._expr(node.func), self._arguments(node.args))

    def _arguments(self, nodes: Iterable[cst.Arg]) -> tuple[ir.Argument, ...]:
        return tuple([ir.Argument(self._expr(node.value), _identifier(node.keyword), node.star) for node in nodes])

    def subscript(self, node: cst.Subscript) -> ir.Expr:
        place = self._span(node)
        value = self._expr(node.value)
        items = [self._index(element.slice, place) for element in node.slice]
        if len(items) == 1 and type(node.slice[0].comma) is not cst.Comma:
            return ir.Subscript(*place, value, items[0])
        return ir.Subscript(*place, value, ir.Display(items[0].start, items[-1].end, "tuple", tuple(items)))

    def _index(self, node: cst.BaseSlice, whole: tuple[int, int]) -> ir.Expr:
        """One index; a slice that is only colons has the place of the whole subscript."""
        if type(node) is cst.Index:
            value = self._expr(node.value)
            return ir.Starred(value.start - 1, value.end, value) if node.star else value
        parts: tuple[ir.Expr, ...] = ()
        if type(node) is cst.Slice:
            parts = tuple([self._expr(part) for part in (node.lower, node.upper, node.step) if part is not None])
        return ir.Opaque(parts[0].start, parts[-1].end, parts) if parts else ir.Opaque(*whole, ())

    def starred(self, node: cst.StarredElement | cst.StarredDictElement) -> ir.Expr:
        return ir.Starred(*self._span(node), self._expr(node.value))

    def display(self, node: cst.Tuple | cst.List | cst.Set) -> ir.Expr:
        kind = KINDS[type(node).__name__]
        items = [self._expr(item if type(item) is cst.StarredElement else item.value) for item in node.elements]
        return ir.Display(*self._span(node), kind, tuple(items))

    def dict(self, node: cst.Dict) -> ir.Expr:
        items = []
        for item in node.elements:
            key = self._expr(item.key) if type(item) is cst.DictElement else None
            items.append((key, self._expr(item.value)))
        return ir.Dict(*self._span(node), tuple(items))

    def operation(self, node: cst.BinaryOperation | cst.BooleanOperation) -> ir.Expr:
        left, right = self._expr(node.left), self._expr(node.right)
        return ir.Operation(*self._span(node), OPERATORS[type(node.operator).__name__], left, right)

    def compare(self, node: cst.Comparison) -> ir.Expr:
        rest = tuple([(OPERATORS[type(one.operator).__name__], self._expr(one.comparator)) for one in node.comparisons])
        return ir.Compare(*self._span(node), self._expr(node.left), rest)

    def unary(self, node: cst.UnaryOperation) -> ir.Expr:
        return ir.Unary(*self._span(node), OPERATORS[type(node.operator).__name__], self._expr(node.expression))

    def conditional(self, node: cst.IfExp) -> ir.Expr:
        return ir.Conditional(*self._span(node), self._expr(node.test), self._expr(node.body), self._expr(node.orelse))

    def lambda_(self, node: cst.Lambda) -> ir.Expr:
        start, end = self._span(node)
        parameters = self._parameters(node.params)
        outer, self.yields = self.yields, False
        value = self._expr(node.body)
        generator, self.yields = self.yields, outer
        body = (ir.Return(value.start, value.end, value),)
        return ir.Lambda(start, end, ir.Function(start, end, "", parameters, body, generator=generator))

    def comprehension(self, node: cst.ListComp | cst.SetComp | cst.GeneratorExp) -> ir.Expr:
        kind = COMPREHENSIONS[type(node).__name__]
        return ir.Comprehension(*self._span(node), kind, None, self._expr(node.elt), self._clauses(node.for_in))

    def dict_comprehension(self, node: cst.DictComp | cst.StarredDictComp) -> ir.Expr:
        key, value = None, self._expr(node.value)
        if isinstance(node, cst.DictComp):
            key = self._expr(node.key)
        else:
            value = ir.Starred(value.start, value.end, value)
        return ir.Comprehension(*self._span(node), "dict", key, value, self._clauses(node.for_in))

    def _clauses(self, node: cst.CompFor) -> tuple[ir.Clause, ...]:
        found = []
        inner: cst.CompFor | None = node
        while inner is not None:
            conditions = tuple([self._expr(condition.test) for condition in inner.ifs])
            found.append(ir.Clause(self._expr(inner.target), self._expr(inner.iter), conditions))
            inner = inner.inner_for_in
        return tuple(found)

    def await_(self, node: cst.Await) -> ir.Expr:
        return ir.Await(*self._span(node), self._expr(node.expression))

    def yield_(self, node: cst.Yield) -> ir.Expr:
        self.yields = True
        delegates = isinstance(node.value, cst.From)
        value = node.value.item if isinstance(node.value, cst.From) else node.value
        return ir.Yield(*self._span(node), self._optional(value), delegates)

    def walrus(self, node: cst.NamedExpr) -> ir.Expr:
        return ir.Walrus(*self._span(node), _dotted(node.target), self._expr(node.value))


def _identifier(node: cst.BaseExpression | None) -> str:
    """Give the name as the compiler sees it: the letter mu and the micro sign are the same one."""
    name = node.value if type(node) is cst.Name else ""
    return name if name.isascii() else normalized(name)


def _dotted(node: cst.BaseExpression | None) -> str:
    parts: list[str] = []
    while type(node) is cst.Attribute:
        parts.append(_identifier(node.attr))
        node = node.value
    if node is not None:
        parts.append(_identifier(node))
    return ".".join(reversed(parts))


def _alias(node: cst.AsName | None) -> str:
    return "" if node is None else _dotted(node.name)


_STATEMENTS: dict[type[cst.CSTNode], Callable[[_Lowering, Any], list[ir.Stmt]]] = {
    cst.AnnAssign: _Lowering.annotated,
    cst.Assert: _Lowering.assert_,
    cst.Assign: _Lowering.assign,
    cst.AugAssign: _Lowering.augment,
    cst.Break: _Lowering.leave,
    cst.ClassDef: _Lowering.class_,
    cst.Continue: _Lowering.leave,
    cst.Del: _Lowering.del_,
    cst.Expr: _Lowering.evaluate,
    cst.For: _Lowering.for_,
    cst.FunctionDef: _Lowering.define,
    cst.Global: _Lowering.declare,
    cst.If: _Lowering.if_,
    cst.Import: _Lowering.import_,
    cst.ImportFrom: _Lowering.import_from,
    cst.LazyImport: _Lowering.import_,
    cst.LazyImportFrom: _Lowering.import_from,
    cst.Match: _Lowering.match_,
    cst.Nonlocal: _Lowering.declare,
    cst.Raise: _Lowering.raise_,
    cst.Return: _Lowering.return_,
    cst.Try: _Lowering.try_,
    cst.TryStar: _Lowering.try_,
    cst.TypeAlias: _Lowering.type_alias,
    cst.While: _Lowering.while_,
    cst.With: _Lowering.with_,
}

_PATTERNS: dict[type[cst.CSTNode], Callable[[_Lowering, Any], ir.Pattern]] = {
    cst.MatchAs: _Lowering.capture_pattern,
    cst.MatchClass: _Lowering.class_pattern,
    cst.MatchList: _Lowering.sequence_pattern,
    cst.MatchMapping: _Lowering.mapping_pattern,
    cst.MatchOr: _Lowering.or_pattern,
    cst.MatchSingleton: _Lowering.value_pattern,
    cst.MatchTuple: _Lowering.sequence_pattern,
    cst.MatchValue: _Lowering.value_pattern,
}

_EXPRESSIONS: dict[type[cst.CSTNode], Callable[[_Lowering, Any], ir.Expr]] = {
    cst.Attribute: _Lowering.attribute,
    cst.Await: _Lowering.await_,
    cst.BinaryOperation: _Lowering.operation,
    cst.BooleanOperation: _Lowering.operation,
    cst.Call: _Lowering.call,
    cst.Comparison: _Lowering.compare,
    cst.ConcatenatedString: _Lowering.concatenated,
    cst.Dict: _Lowering.dict,
    cst.DictComp: _Lowering.dict_comprehension,
    cst.Float: _Lowering.number,
    cst.FormattedString: _Lowering.formatted,
    cst.GeneratorExp: _Lowering.comprehension,
    cst.IfExp: _Lowering.conditional,
    cst.Integer: _Lowering.number,
    cst.Lambda: _Lowering.lambda_,
    cst.List: _Lowering.display,
    cst.ListComp: _Lowering.comprehension,
    cst.Name: _Lowering.name,
    cst.NamedExpr: _Lowering.walrus,
    cst.Set: _Lowering.display,
    cst.SetComp: _Lowering.comprehension,
    cst.SimpleString: _Lowering.string,
    cst.StarredDictComp: _Lowering.dict_comprehension,
    cst.StarredElement: _Lowering.starred,
    cst.Subscript: _Lowering.subscript,
    cst.TemplatedString: _Lowering.template,
    cst.Tuple: _Lowering.display,
    cst.UnaryOperation: _Lowering.unary,
    cst.Yield: _Lowering.yield_,
}
