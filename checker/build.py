"""Puts kontroller_rapport.py together, so that the offline program compares exactly as the site does.

Run it after a change of any of the modules below; a test says when it was forgotten.
"""

from __future__ import annotations

import ast
from pathlib import Path

HOUSE = Path(__file__).resolve().parent.parent
MADE = HOUSE / "checker" / "kontroller_rapport.py"
REPORTS = HOUSE / "recommendations" / "reports"
# In the order in which they need each other.
MODULES = (
    HOUSE / "recommendations" / "uploads" / "archives.py",
    REPORTS / "reading" / "found.py",
    REPORTS / "reading" / "package.py",
    REPORTS / "reading" / "docx.py",
    REPORTS / "reading" / "xlsx.py",
    REPORTS / "reading" / "csv.py",
    REPORTS / "reading" / "html.py",
    REPORTS / "reading" / "json.py",
    REPORTS / "reading" / "attachments.py",
    REPORTS / "reading" / "__init__.py",
    REPORTS / "aligning.py",
    REPORTS / "stated.py",
    REPORTS / "comparing_tables.py",
    REPORTS / "comparing_text.py",
    REPORTS / "comparing.py",
    HOUSE / "recommendations" / "log_tree.py",
    HOUSE / "checker" / "pdf_text.py",
    HOUSE / "checker" / "program.py",
)
HEAD = '''#!/usr/bin/env python3
"""Checks a report that was issued by Anbefalingstracker: without network, and without the site that issued it.

    python kontroller_rapport.py rapport.docx [--noegle NØGLE] [--rapport rapport.json] [--bevis bevis.json]

It needs Python 3.11 or newer and the package `cryptography`. Licence: EUPL-1.2. This file is put together by build.py
of the modules that the site's own check is made of; README.md beside it says what it sees and what not.
"""

from __future__ import annotations

'''
OWN = ("recommendations", "checker")
WORDS = "def _(text: str) -> str:\n    return text\n"


def built() -> str:
    """The whole program: the imports of all modules once, then what each of them says."""
    whole: set[str] = set()
    parts: dict[str, set[str]] = {}
    taken: set[str] = set()
    bodies = []
    for module in MODULES:
        text = module.read_text(encoding="utf-8")
        lines = text.splitlines()
        tree = ast.parse(text)
        own = {name for node in tree.body for name in _names_of(node)}
        if taken & own:
            raise ValueError(f"Two modules have the same name: {taken & own}")
        taken |= own
        dropped: set[int] = set()
        for place, node in enumerate(tree.body):
            is_docstring = place == 0 and isinstance(node, ast.Expr) and isinstance(node.value, ast.Constant)
            is_list = isinstance(node, ast.Assign) and getattr(node.targets[0], "id", "") == "__all__"
            if is_docstring or is_list or isinstance(node, ast.Import | ast.ImportFrom):
                dropped |= set(range(node.lineno - 1, node.end_lineno or node.lineno))
            if isinstance(node, ast.Import):
                whole.add(ast.unparse(node))
            elif isinstance(node, ast.ImportFrom) and _is_from_outside(node):
                parts.setdefault(node.module or "", set()).update(alias.name for alias in node.names)
        body = "\n".join(line for place, line in enumerate(lines) if place not in dropped).strip("\n")
        bodies.append(f"# === {module.relative_to(HOUSE).as_posix()} ===\n\n{body}\n")
    named = [f"from {module} import {', '.join(sorted(names))}" for module, names in sorted(parts.items())]
    return HEAD + "\n".join([*sorted(whole), *named]) + "\n\n\n" + WORDS + "\n\n" + "\n\n".join(bodies)


def _names_of(node: ast.stmt) -> list[str]:
    """What a statement at the top of a module gives a name."""
    if isinstance(node, ast.FunctionDef | ast.ClassDef):
        return [node.name]
    targets = node.targets if isinstance(node, ast.Assign) else []
    found = [name.id for target in targets for name in ast.walk(target) if isinstance(name, ast.Name)]
    return [name for name in found if name != "__all__"]


def _is_from_outside(node: ast.ImportFrom) -> bool:
    return (node.module or "").split(".")[0] not in {*OWN, "django", "__future__"}


if __name__ == "__main__":
    MADE.write_text(built(), encoding="utf-8")
