"""A running system with as many assets as asked for, generated, and the files that the imports of the bench read."""

from __future__ import annotations

import csv
import os
import subprocess
import sys
from pathlib import Path

import openpyxl

from tests.journeys import house as houses
from tests.journeys import server as servers
from tests.journeys.house import House
from tests.journeys.server import Server

ROOT = Path(__file__).resolve().parents[2]
HEADER = ["เลขครุภัณฑ์", "รายการ", "หน่วยงาน", "วันที่ได้มา", "ราคาต่อหน่วย", "สถานที่"]
KINDS = ["เครื่องฉายภาพ", "กล้องถ่ายรูปดิจิทัล", "เครื่องคอมพิวเตอร์โน้ตบุ๊ก", "รถเข็นนั่งคนพิการ", "เครื่องขยายเสียงแบบลากจูง"]
LOANS_EACH = 5


def rows(first: int, count: int, unit: str) -> list[list[str]]:
    """Rows of a register: every number once, kinds, days and rooms in turn."""
    return [
        [
            f"6730-{serial // 10_000:03d}-{serial % 10_000:04d}",
            f"{KINDS[serial % len(KINDS)]} รุ่นที่ {serial % 97}",
            unit,
            f"{serial % 27 + 1}/{serial % 12 + 1}/{2560 + serial % 9}",
            f"{5_000 + serial % 40 * 250:,}.00",
            f"ห้อง {serial % 60 + 1}",
        ]
        for serial in range(first, first + count)
    ]


def write_csv(path: Path, table: list[list[str]]) -> Path:
    with path.open("w", encoding="utf-8-sig", newline="") as out:
        csv.writer(out).writerows([HEADER, *table])
    return path


def write_xlsx(path: Path, table: list[list[str]]) -> Path:
    book = openpyxl.Workbook(write_only=True)
    sheet = book.create_sheet("ทะเบียน")
    for row in [HEADER, *table]:
        sheet.append(row)
    book.save(path)
    return path


def environ(server: Server) -> dict[str, str]:
    """What a command beside the running server needs."""
    settings = server.app.config["SETTINGS"]
    return os.environ | {"ASSETLOAN_DATA_DIR": str(settings.data_dir), "ASSETLOAN_DATABASE_URL": settings.database_url}


def command(server: Server, *words: str) -> None:
    """One command of the system. Raises CalledProcessError with what it printed."""
    subprocess.run([sys.executable, "run.py", *words], cwd=ROOT, env=environ(server), check=True, capture_output=True)


def open_agency(folder: Path, assets: int, url: str = "", *, loans_each: int = LOANS_EACH) -> tuple[Server, House]:
    """Generate the register with some loans for each thing, start the system on it, add the people who ask."""
    url = url or f"sqlite:///{folder / 'bench.db'}"
    settings = {"ASSETLOAN_DATA_DIR": str(folder), "ASSETLOAN_DATABASE_URL": url}
    size = ["--assets", str(assets), "--loans", str(assets * loans_each), "--years", "5", "--seed", "1"]
    words = [sys.executable, "run.py", "generate", *size]
    subprocess.run(words, cwd=ROOT, env=os.environ | settings, check=True, capture_output=True)
    server = servers.start(folder, url)
    return server, houses.house(server, things=3)
