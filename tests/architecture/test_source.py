"""House rules of the source that no linter knows (architecture.md section 3, style.md section 3)."""

from __future__ import annotations

import ast
import re
import subprocess

import pytest

from tests.architecture.source import PACKAGE, ROOT, called, function_of, modules, nodes

LONGEST_MODULE = 400

# What may reach beyond the process, and which package may.
OUTWARD = {
    "smtplib": "notices",
    "http.client": "notices",
    "urllib.request": "notices",
    "requests": "notices",
    "httpx": "notices",
    "socket": "notices",
    "csv": "documents",
    "xlsxwriter": "documents",
    "openpyxl": "documents",
    "python_calamine": "documents",
    "PIL": "documents",
    "pikepdf": "documents",
    "typst": "documents",
    "xml": "documents",
    "zipfile": "documents",
    "pandas": "documents",
    "pickle": "",
    "marshal": "",
    "shelve": "",
    "yaml": "",
    "authlib": "identity",
}

# Rows looked up by id outside queries.py: the function, and why nobody's reach is bypassed there. (The actor's own
# row, `get(Person, actor.person_id)`, needs no entry.)
BY_ID_ALLOWED: dict[tuple[str, str], str] = {
    ("assets/searching.py", "search_clause"): "a clause of AssetList, whose reach stands beside it",
    ("core/jobs.py", "_ending"): "the job that this very worker holds",
    ("core/jobs.py", "_kind_of"): "the job that the queue handed out",
    ("core/jobs.py", "_run_apart"): "the job that this very worker holds",
    ("core/jobs.py", "keep"): "the job that this very worker holds",
    ("identity/directory.py", "who_may_stand_in"): "holders of a post, offered as names to whoever lends theirs",
    ("identity/post.py", "recipient_of"): "to whom a message goes that was written for them",
    ("identity/telling.py", "link_line"): "the person whose own one-time code was sent",
    ("notices/delivery.py", "_end"): "the message that this very sender holds",
    ("notices/delivery.py", "_note_on"): "the message that this very sender holds",
    ("notices/delivery.py", "_take"): "the message that this very sender takes",
    ("lending/authority/parties.py", "party_of"): "of a loan that was loaded for the reader",
    ("lending/authority/routing.py", "acting_words"): "the kind of the order that a loan loaded for the reader cites",
    ("lending/authority/standing.py", "tell_heads"): "part of what is due every day: every order that was used",
    ("lending/finding_parts.py", "borrowers"): "a clause of people by loans within the reader's reach",
    ("identity/service.py", "edit_unit"): "the card came from the unit tree under a permission of the agency",
    ("identity/service.py", "set_holding"): "the card came from the unit tree, its unit was asked for a permission",
    ("identity/sign_in.py", "open_session"): "the person whose password was just verified",
    ("identity/sign_in.py", "use_password_link"): "the person of the one-time link",
    ("identity/upkeep.py", "add_holiday"): "a holiday is public; its day is its key",
    ("identity/upkeep.py", "remove_holiday"): "a holiday is public; its day is its key",
    ("identity/upkeep.py", "fill_holidays"): "a holiday is public; its day is its key",
    ("identity/guards.py", "load_user"): "the session of this very request",
    ("identity/workers.py", "actor_of_task"): "the person who asked for this very job",
    ("core/jobs.py", "tell"): "the worker's own job; people find theirs by key (`by_key`)",
    ("core/jobs.py", "_claim"): "the worker's own job; people find theirs by key (`by_key`)",
    ("audit/chain.py", "append_pending"): "the one head of the chain",
    ("audit/chain.py", "first_broken"): "the one head of the chain",
    ("assets/service.py", "set_state"): "an asset loaded by the caller within reach, its status alone",
    ("assets/photos.py", "set_photo"): "an asset loaded within reach just before, its photo alone",
    ("assets/import_lookup.py", "known_by_id"): "rows that the import found within its units just before, read again",
    ("assets/import_service.py", "_staged"): "locks the importer's own batch, loaded for them just before",
    ("assets/import_undo.py", "lock_batch"): "locks a batch that was loaded for the actor just before",
    ("lending/past_undo.py", "_loans_of"): "lines of a batch that the console takes back",
    ("lending/past_undo.py", "_with_later_lines"): "lines of a batch that the console takes back",
    ("lending/past_undo.py", "_hold_again"): "lines that the batch of the console had released",
    ("lending/past_undo.py", "_withdraw"): "lines of a batch that the console takes back",
    ("lending/past_undo.py", "_restore"): "things whose status that batch had set",
    ("lending/past_write.py", "_release"): "lines that the console's import wrote just before",
    ("lending/moves.py", "lock_assets"): "locks the assets of a loan loaded within reach",
    ("lending/closing.py", "_compensation_for"): "locks a row taken from the actor's own list just before",
}


def test_the_clock_is_read_in_one_module() -> None:
    clocks = {"now", "utcnow", "today", "fromtimestamp", "utcfromtimestamp"}
    readers = {
        f"{name}:{node.lineno} {called(node)}"
        for name, node in nodes(ast.Call)
        if isinstance(node, ast.Call)
        and isinstance(node.func, ast.Attribute)
        and node.func.attr in clocks
        and called(node).rsplit(".", 2)[-2:][0] in ("datetime", "date")
        and name != "core/clock.py"
    }
    readers |= {
        f"{name}:{node.lineno} {called(node)}"
        for name, node in nodes(ast.Call)
        if isinstance(node, ast.Call) and called(node) in ("time.time", "time.localtime", "time.gmtime")
    }
    assert readers == set()


def test_no_module_has_grown_past_its_limit() -> None:
    long = {
        name: lines
        for name in modules()
        if (lines := len((PACKAGE / name).read_text(encoding="utf-8").splitlines())) > LONGEST_MODULE
    }
    assert long == {}, "split it, or write an ADR and name it here"


def test_formats_and_connections_stay_in_their_packages() -> None:
    strays = set()
    for name, tree in modules().items():
        for node in ast.walk(tree):
            imported = []
            if isinstance(node, ast.Import):
                imported = [alias.name for alias in node.names]
            elif isinstance(node, ast.ImportFrom) and node.module and not node.level:
                imported = [node.module, *(f"{node.module}.{alias.name}" for alias in node.names)]
            for module in imported:
                for banned, home in OUTWARD.items():
                    inside = module == banned or module.startswith(f"{banned}.")
                    if inside and (not home or not name.startswith(f"{home}/")):
                        strays.add(f"{name}:{node.lineno} imports {module}")
    assert strays == set()


def test_K1_rows_are_looked_up_by_id_only_in_queries() -> None:
    """A lookup by id anywhere else could hand out a row that the reader may not see."""
    found = {
        (name, function_of(name, node.lineno)): node.lineno
        for name, node in (*nodes(ast.Call), *nodes(ast.Compare))
        if _gets_by_key(node) or _compares_id(node)
    }
    strays = {
        f"{name}:{line} in {function}"
        for (name, function), line in found.items()
        if not name.endswith("queries.py") and (name, function) not in BY_ID_ALLOWED
    }
    assert strays == set()
    assert set(BY_ID_ALLOWED) <= set(found), "an exception that is no longer used"


def _gets_by_key(node: ast.AST) -> bool:
    """`session.get(Model, key)` and its sisters, the actor's own row aside; `Model.id.in_(…)`."""
    if not isinstance(node, ast.Call):
        return False
    name = called(node)
    last = name.rsplit(".", 1)[-1]
    if last == "in_" and isinstance(node.func, ast.Attribute):
        return _is_id(node.func.value)
    if last in ("get_or_404", "first_or_404", "one_or_404") or name.endswith(("session.get", "session.get_one")):
        return len(node.args) > 1 and ast.unparse(node.args[1]) != "actor.person_id"
    return False


def _compares_id(node: ast.AST) -> bool:
    """`Model.id == value`, joins aside."""
    if not isinstance(node, ast.Compare) or not _is_id(node.left) or not isinstance(node.ops[0], ast.Eq):
        return False
    other = node.comparators[0]
    return not (isinstance(other, ast.Attribute) and isinstance(other.value, ast.Name) and other.attr.endswith("_id"))


def _is_id(node: ast.AST) -> bool:
    return (
        isinstance(node, ast.Attribute)
        and node.attr == "id"
        and isinstance(node.value, ast.Name)
        and node.value.id[:1].isupper()
    )


@pytest.mark.parametrize(
    ("pattern", "why"),
    [
        (r"\b(TODO|FIXME|XXX)\b|raise NotImplementedError", "unfinished work belongs to an issue"),
        (r"time\.sleep\(", "waiting is not an answer"),
        (r"\bMarkup\(|\bescape_silent\(", "markup is made in templates"),
        (r"shell=True|os\.system\(|\beval\(|\bexec\(", "text never becomes a command"),
        (r"\.date\(\) *[<>=]=? *clock|datetime\.utcnow", "a UTC time's day is not Bangkok's"),
        (r"json_script|render_template_string", "templates are files"),
    ],
)
def test_nothing_forbidden_is_written(pattern: str, why: str) -> None:
    hits = {
        f"{name}:{number}"
        for name in modules()
        for number, line in enumerate((PACKAGE / name).read_text(encoding="utf-8").splitlines(), 1)
        if re.search(pattern, line) and not (name == "core/i18n.py" and "words of ours" in line)
    }
    assert hits == set(), why


def test_no_file_of_others_is_in_the_repository() -> None:
    """The scanner and the fonts come from npm by a set-up step; databases, catalogues and keys are never committed."""
    listed = subprocess.run(["git", "ls-files"], cwd=ROOT, capture_output=True, text=True, check=False).stdout.split(
        "\n"
    )
    foreign = [
        name
        for name in listed
        if "/vendor/" in name
        or name.startswith(("node_modules/", "instance/"))
        or name.endswith((".mo", ".db", ".woff2", ".wasm", ".min.js", ".ttf", ".pyc"))
    ]
    assert foreign == []


def test_every_package_is_named_with_its_exact_version_and_used() -> None:
    lines = (ROOT / "requirements.txt").read_text(encoding="utf-8").split("\n\n")[0].splitlines()
    direct = {re.split(r"[\[=]", line)[0].lower() for line in lines if "==" in line}
    imported = {
        alias.name.split(".")[0]
        for name, node in nodes(ast.Import)
        if isinstance(node, ast.Import)
        for alias in node.names
    } | {
        (node.module or "").split(".")[0]
        for name, node in nodes(ast.ImportFrom)
        if isinstance(node, ast.ImportFrom) and not node.level
    }
    named = {
        "flask-sqlalchemy": "flask_sqlalchemy",
        "flask-login": "flask_login",
        "flask-wtf": "flask_wtf",
        "flask-babel": "flask_babel",
        "argon2-cffi": "argon2",
        "python-calamine": "python_calamine",
        "fontpkg-sarabun": "fontpkg_sarabun",
        "pillow": "PIL",
    }
    unused = {name for name in direct - {"psycopg"} if named.get(name, name) not in imported}
    assert unused == set(), "not imported anywhere"
    for file in ("requirements.txt", "requirements-dev.txt"):
        loose = [
            line
            for line in (ROOT / file).read_text(encoding="utf-8").splitlines()
            if line and not line.startswith(("#", "-r")) and not re.fullmatch(r"[\w.\-\[\]]+==[\w.]+", line)
        ]
        assert loose == []
