"""`make bench`: the figures of performance, printed as tables. Never a test: a slow machine fails nobody.

`make bench ARGS="--assets 1000 20000 200000 --postgres"`; without arguments 1,000 and 20,000 assets on SQLite.
"""

from __future__ import annotations

import argparse
import gzip
import platform
import sys
import tempfile
from collections.abc import Callable, Iterator
from contextlib import contextmanager
from pathlib import Path
from typing import Any
from urllib.parse import quote

import psutil
import sqlalchemy as sa

from assetloan.core.db import db
from tests.databases import start_postgres
from tests.journeys.house import House
from tests.journeys.phones import Phone
from tests.journeys.server import Server
from tests.load import agency, meter

LABELS = 1_000
FREE = "free_from-day=1&free_from-month=12&free_from-year=2569"
IMPORTED, MANY = 10_000, 50_000


def pages(made: House) -> dict[str, tuple[str, str]]:
    """What is measured: title → who asks, and the address."""
    number = quote(made.numbers[0])
    return {
        "scan page with the borrow form": ("staff", f"/q/{made.codes[0]}"),
        "asset with timeline": ("officer", f"/assets/{number}"),
        "list of 25": ("officer", "/assets"),
        "list by status": ("officer", "/assets?status=available"),
        "search, many found": ("officer", f"/assets?q={quote('คอมพิวเตอร์')}"),
        "search, few found": ("officer", f"/assets?q={quote('thinkpad 00017')}"),
        "search, nothing found": ("officer", f"/assets?q={quote('ไม่มีของนี้')}"),
        "search, two letters": ("officer", f"/assets?q={quote('จอ')}"),
        "search, one letter": ("officer", f"/assets?q={quote('ก')}"),
        "search, two letters, nothing found": ("officer", "/assets?q=zq"),
        "free between two days": ("staff", f"/assets?{FREE}"),
        "contents of a room": ("secretariat", "/places/1"),
        "places of a unit": ("secretariat", "/places"),
        "import, the page of the upload": ("officer", "/assets/import"),
        "my loans": ("staff", "/loans"),
    }


@contextmanager
def statements(server: Server) -> Iterator[list[str]]:
    """The SQL of this process meanwhile."""
    seen: list[str] = []

    def note(_connection: Any, _cursor: Any, statement: str, *_more: Any) -> None:
        if not statement.startswith(("SAVEPOINT", "RELEASE", "ROLLBACK TO", "PRAGMA", "BEGIN")):
            seen.append(statement)

    with server.app.app_context():
        engine = db.engine
    sa.event.listen(engine, "before_cursor_execute", note)
    try:
        yield seen
    finally:
        sa.event.remove(engine, "before_cursor_execute", note)


def count_statements(server: Server, phone: Phone, path: str) -> int:
    """How many statements one request sends, asked in this process with the phone's own session."""
    client = server.app.test_client()
    for name, value in phone.cookies.items():
        client.set_cookie(name, value)
    client.get(path)
    with statements(server) as seen:
        answer = client.get(path)
    if answer.status_code != 200:
        raise RuntimeError(f"{path} answered {answer.status_code}")
    return len(seen)


def show_pages(
    server: Server, made: House, assets: int, roots: list[int], smaller: dict[str, float], rounds: int = meter.ROUNDS
) -> None:
    """The table of the pages; `growth` is against the smallest register of the run, kept in `smaller`."""
    print(f"\n### Pages, {assets:,} assets\n")
    print("| page | bytes | gzip | SQL | x hello, 1 | growth | CPU ms | x hello, 16 | p50 ms | p95 ms | p99 ms, 16 |")
    print("|---|---|---|---|---|---|---|---|---|---|---|")
    hello = meter.Hello()
    try:
        for title, (who, path) in pages(made).items():
            phones = [Phone(server.base).sign_in(made.people[who]) for _place in range(16)]
            body = phones[0].get(path).text.encode()
            count = count_statements(server, phones[0], path)
            one = meter.cost(hello, phones[:1], path, roots, rounds)
            many = meter.cost(hello, phones, path, roots, rounds)
            print(
                f"| {title} | {len(body):,} | {len(gzip.compress(body)):,} | {count} | {one.hellos:.1f} "
                f"| {one.hellos / smaller.setdefault(title, one.hellos):.2f} | {one.cpu_ms:.2f} | {many.hellos:.1f} "
                f"| {one.p50_ms:.1f} | {one.p95_ms:.1f} | {many.p99_ms:.1f} |",
                flush=True,
            )
            for phone in phones:
                phone.hang_up()
    finally:
        hello.stop()
    print(f"\nMemory of the server with its workers afterwards: {meter.memory_mb(server.process.pid):.0f} MB (PSS)")


def show_jobs(server: Server, made: House, folder: Path, assets: int) -> None:
    """The table of the commands. Every import brings rows that the register has not seen."""
    environ = agency.environ(server)
    fresh = iter(range(1_000_000, 90_000_000, MANY))

    def importing(
        write: Callable[[Path, list[list[str]]], Path], name: str, rows: int = IMPORTED
    ) -> Callable[[], list[str]]:
        def prepare() -> list[str]:
            path = write(folder / name, agency.rows(next(fresh), rows, made.unit))
            return ["import", "assets", str(path)]

        return prepare

    labels = ["labels", "--asset", *first_numbers(server, LABELS), "--out", str(folder / "labels.pdf")]
    jobs: dict[str, Callable[[], list[str]]] = {
        f"{LABELS:,} labels, A4": lambda: labels,
        f"import {IMPORTED:,} rows, CSV": importing(agency.write_csv, "bench.csv"),
        f"import {IMPORTED:,} rows, XLSX": importing(agency.write_xlsx, "bench.xlsx"),
        f"import {MANY:,} rows, CSV": importing(agency.write_csv, "many.csv", MANY),
        f"import {MANY:,} rows, XLSX": importing(agency.write_xlsx, "many.xlsx", MANY),
        "start of a command": lambda: ["labels", "--list"],
    }
    print(f"\n### Commands, on top of {assets:,} assets (with the start of the program)\n")
    print("| command | seconds | most memory of a process, MB |")
    print("|---|---|---|")
    for title, prepare in jobs.items():
        found = meter.job(prepare, environ, rounds=1 if f"{MANY:,}" in title else 3)
        print(f"| {title} | {found.seconds:.2f} | {found.memory_mb:.0f} |", flush=True)


def first_numbers(server: Server, count: int) -> list[str]:
    """Numbers of some assets."""
    with server.app.app_context():
        query = sa.text("SELECT asset_no FROM asset ORDER BY id LIMIT :count")
        found = [str(number) for number in db.session.scalars(query, {"count": count})]
        db.session.remove()
    return found


def main(words: list[str]) -> int:
    parser = argparse.ArgumentParser(prog="make bench", description="the figures of performance")
    parser.add_argument("--assets", type=int, nargs="+", default=[1_000, 20_000], help="sizes of the register")
    parser.add_argument("--postgres", action="store_true", help="on PostgreSQL instead of SQLite")
    parser.add_argument("--loans", type=int, default=agency.LOANS_EACH, help="loans for each thing (200,000 take long)")
    parser.add_argument(
        "--rounds", type=int, default=meter.ROUNDS, help="rounds of each page, of which the median counts"
    )
    parser.add_argument("--only", choices=("pages", "commands"), help="one of the two tables")
    args = parser.parse_args(words)
    print(f"{psutil.cpu_count()} cores, {platform.machine()}, Python {platform.python_version()}, ", end="")
    print("PostgreSQL" if args.postgres else "SQLite")
    with tempfile.TemporaryDirectory(prefix="assetloan-bench-") as name:
        folder = Path(name)
        postgres = start_postgres(folder) if args.postgres else None
        smaller: dict[str, float] = {}
        try:
            for size in args.assets:
                url = ""
                if postgres is not None:
                    postgres.recreate("assetloan_bench")
                    url = postgres.url("assetloan_bench")
                server, made = agency.open_agency(folder / str(size), size, url, loans_each=args.loans)
                database = [postmaster(folder)] if postgres is not None else []
                try:
                    if args.only != "commands":
                        show_pages(server, made, size, [server.process.pid, *database], smaller, args.rounds)
                    if args.only != "pages":
                        show_jobs(server, made, folder, size)
                finally:
                    server.stop()
        finally:
            if postgres is not None:
                postgres.stop()
    return 0


def postmaster(folder: Path) -> int:
    """The process that all processes of this PostgreSQL stand under; of a given server, the first that is found."""
    told = folder / "pgdata" / "postmaster.pid"
    if told.is_file():
        return int(told.read_text(encoding="utf-8").split()[0])
    found = [one for one in psutil.process_iter(["name", "ppid"]) if one.info["name"] == "postgres"]
    ids = {one.pid for one in found}
    return int(next(one.pid for one in found if one.info["ppid"] not in ids))


if __name__ == "__main__":
    sys.exit(main(sys.argv[1:]))
