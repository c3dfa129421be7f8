"""Faults that a rule makes of the code: another comparison, a condition less, a number that is one more."""

from __future__ import annotations

import ast
import random
from collections.abc import Iterator
from dataclasses import dataclass
from pathlib import Path

COMPARED = {
    ast.Lt: ast.LtE, ast.LtE: ast.Lt, ast.Gt: ast.GtE, ast.GtE: ast.Gt, ast.Eq: ast.NotEq, ast.NotEq: ast.Eq,
    ast.In: ast.NotIn, ast.NotIn: ast.In, ast.Is: ast.IsNot, ast.IsNot: ast.Is,
}  # fmt: skip
SIGNS = {
    ast.Lt: "<", ast.LtE: "<=", ast.Gt: ">", ast.GtE: ">=", ast.Eq: "==", ast.NotEq: "!=", ast.In: "in",
    ast.NotIn: "not in", ast.Is: "is", ast.IsNot: "is not",
}  # fmt: skip

# Changes that nobody can see, by file, line and what is changed; and why. Others are made in their place.
NOT_SEEN = {
    (
        "recommendations/answers.py",
        "heirs = lineage.with_successors(committee) if lineage else set()",
        "altid det første af to",
    ): "who has no lineage has no answers of the past either, and does not get here",
    ("recommendations/changes.py", "while late and len(found) <= most:", "uden »len(found) <= most«"):
        "more is read than is told; the newest are the same",
    ("recommendations/changes.py",
     "found += prepared.rows(_newest_news, since is not None, as_of is not None, most + 1, **times)", "1 -> 2"):
        "one more is read, which is neither told nor counted",
    ("recommendations/lifecycle.py", "if past_only and day > today:", "uden »day > today«"):
        "other days have been let through, or refused as too early, above",
    ("recommendations/reports/attention.py", 'WHY = Column("why", "Hvorfor", width=30)', "30 -> 31"):
        "nobody sees that a column is a thirtieth wider",
    ("recommendations/reports/attention.py", "if line.is_stale and line.fresh_on and not is_own:",
     "uden »line.fresh_on«"): "what is stale has such a day (`lifecycle.is_stale`); it is asked for the types' sake",
    (
        "recommendations/selection.py",
        "if self.order and (self.text or self.order != Order.RELEVANCE):",
        "uden »self.text«",
    ): "by relevance is how a list with a text stands by itself",
    ("recommendations/selection.py", "if self.committee or self.administration:", "uden »self.committee«"):
        "what is not read ahead is read when it is asked for",
}  # fmt: skip


@dataclass(frozen=True)
class Change:
    """One place of a file, by line and column (bytes), and what is written there instead."""

    file: str
    line: int
    start: int
    end_line: int
    end: int
    new: str
    what: str

    @property
    def name(self) -> str:
        return f"{self.file}:{self.line} {self.what}"

    def put_into(self, text: str) -> str:
        lines = text.encode().splitlines(keepends=True)
        before, after = lines[self.line - 1][: self.start], lines[self.end_line - 1][self.end :]
        whole = [*lines[: self.line - 1], before + self.new.encode() + after, *lines[self.end_line :]]
        return b"".join(whole).decode()


def _at(file: str, node: ast.expr, new: ast.expr | str, what: str) -> Change:
    text = new if isinstance(new, str) else f"({ast.unparse(new)})"
    return Change(file, node.lineno, node.col_offset, node.end_lineno or 0, node.end_col_offset or 0, text, what)


def changes_of(file: str, root: Path) -> Iterator[Change]:
    """Every change that the rules know of, in the order of the file."""
    tree = ast.parse((root / file).read_text(encoding="utf-8"))
    for node in ast.walk(tree):
        if isinstance(node, ast.Compare) and len(node.ops) == 1 and type(node.ops[0]) in COMPARED:
            other = COMPARED[type(node.ops[0])]
            what = f"{SIGNS[type(node.ops[0])]} -> {SIGNS[other]}"
            yield _at(file, node, ast.Compare(node.left, [other()], node.comparators), what)
        elif isinstance(node, ast.BoolOp):
            other_op = ast.Or() if isinstance(node.op, ast.And) else ast.And()
            what = "and -> or" if isinstance(node.op, ast.And) else "or -> and"
            yield _at(file, node, ast.BoolOp(other_op, node.values), what)
            for place in range(len(node.values)):
                rest = [value for number, value in enumerate(node.values) if number != place]
                left = rest[0] if len(rest) == 1 else ast.BoolOp(node.op, rest)
                yield _at(file, node, left, f"uden »{ast.unparse(node.values[place])[:50]}«")
        elif isinstance(node, ast.UnaryOp) and isinstance(node.op, ast.Not):
            yield _at(file, node, node.operand, "uden not")
        elif isinstance(node, ast.Constant) and type(node.value) is int and 0 <= node.value < 1000:
            yield _at(file, node, str(node.value + 1), f"{node.value} -> {node.value + 1}")
        elif isinstance(node, ast.Constant) and type(node.value) is bool:
            yield _at(file, node, str(not node.value), f"{node.value} -> {not node.value}")
        elif isinstance(node, ast.IfExp):
            yield _at(file, node, node.body, "altid det første af to")
            yield _at(file, node, node.orelse, "altid det andet af to")
        elif isinstance(node, ast.Call) and isinstance(node.func, ast.Name) and node.func.id in ("min", "max"):
            other_name = "max" if node.func.id == "min" else "min"
            new = ast.Call(ast.Name(other_name), node.args, node.keywords)
            yield _at(file, node, new, f"{node.func.id} -> {other_name}")
        elif isinstance(node, ast.comprehension) and node.ifs:
            yield _at(file, node.ifs[0], "True", f"uden »if {ast.unparse(node.ifs[0])[:50]}«")


def can_be_seen(change: Change, root: Path) -> bool:
    """No one can see whether a class that nobody writes in may be written in."""
    line = (root / change.file).read_text(encoding="utf-8").splitlines()[change.line - 1].strip()
    return not line.startswith("@dataclass") and (change.file, line, change.what) not in NOT_SEEN


def chosen(files: tuple[str, ...], root: Path, count: int, seed: int) -> list[Change]:
    """So many of all changes, as many of each file as it has room for, by a seeded chance."""
    chance, found = random.Random(seed), [list(changes_of(file, root)) for file in files]
    for one in found:
        chance.shuffle(one)
    found = [[change for change in one if can_be_seen(change, root)] for one in found]
    picked: list[Change] = []
    while len(picked) < count and any(found):
        for one in found:
            if one and len(picked) < count:
                picked.append(one.pop())
    return sorted(picked, key=lambda one: (one.file, one.line, one.start, one.what))
