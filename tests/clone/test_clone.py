"""A stranger's desk: a copy of the repository in another folder, nothing but requirements.txt, an empty data folder."""

from __future__ import annotations

import contextlib
import json
import os
import shutil
import subprocess
import time
import urllib.request
import venv
from collections.abc import Iterator
from pathlib import Path
from typing import Any

import pytest

from tests.journeys.server import free_port

ROOT = Path(__file__).resolve().parents[2]
NOT_PART = {".git", ".venv", "instance", "node_modules", "__pycache__", ".hypothesis", "vendor", "build"}

UNITS = "code,name,parent,kind\nพก,กรมตัวอย่าง,,agency\nกยผ,กองยุทธศาสตร์และแผนงาน,พก,division\n"
ASSETS = (
    "เลขครุภัณฑ์,รายการ,หน่วยงาน,วันที่ได้มา,ราคาต่อหน่วย,สถานที่\n"
    '7440-001-0001,เครื่องคอมพิวเตอร์โน้ตบุ๊ก,กยผ,15 พ.ย. 2565,"22,000.00",ชั้น 2\n'
    "6730-003-๐๐๐๒,เครื่องฉายภาพ,กยผ,1/2/2566,18500,ห้องประชุม\n"
)


def files() -> list[str]:
    """The files of the repository as a clone would have them."""
    listed = subprocess.run(["git", "ls-files", "-z"], cwd=ROOT, capture_output=True, check=False)
    if listed.returncode == 0 and listed.stdout:
        return [name for name in listed.stdout.decode().split("\0") if name and (ROOT / name).is_file()]
    found = (path.relative_to(ROOT) for path in ROOT.rglob("*") if path.is_file())
    return [str(path) for path in found if not NOT_PART & set(path.parts)]


@pytest.fixture(scope="module")
def desk(tmp_path_factory: pytest.TempPathFactory) -> Path:
    """The copy, with its own virtual environment."""
    folder = tmp_path_factory.mktemp("clone") / "assetloan"
    for name in files():
        (folder / name).parent.mkdir(parents=True, exist_ok=True)
        shutil.copy(ROOT / name, folder / name)
    venv.create(folder / ".venv", with_pip=True)
    pip = [str(folder / ".venv/bin/python"), "-m", "pip", "install", "--quiet", "--disable-pip-version-check"]
    subprocess.run([*pip, "-r", "requirements.txt"], cwd=folder, check=True, capture_output=True)
    return folder


class Desk:
    """Commands typed at the desk."""

    def __init__(self, folder: Path, data: Path) -> None:
        self.folder = folder
        self.python = str(folder / ".venv/bin/python")
        kept = {name: value for name, value in os.environ.items() if name in ("PATH", "HOME", "LANG")}
        self.environ = kept | {"ASSETLOAN_DATA_DIR": str(data)}

    def run(self, *words: str) -> dict[str, Any]:
        command = [self.python, str(self.folder / "run.py"), *words, "--json"]
        done = subprocess.run(
            command, cwd=self.folder.parent, env=self.environ, capture_output=True, text=True, check=False
        )
        assert done.returncode == 0, done.stderr or done.stdout
        found: dict[str, Any] = json.loads(done.stdout)
        return found

    @contextlib.contextmanager
    def serving(self) -> Iterator[str]:
        port = free_port()
        command = [self.python, str(self.folder / "run.py"), "serve", "--port", str(port)]
        log = self.folder.parent / "serve.log"
        with log.open("wb") as out:
            process = subprocess.Popen(command, env=self.environ, stdout=out, stderr=subprocess.STDOUT)
        try:
            until = time.monotonic() + 60
            while time.monotonic() < until:
                assert process.poll() is None, log.read_text(encoding="utf-8")
                with contextlib.suppress(OSError), urllib.request.urlopen(f"http://127.0.0.1:{port}/readyz", timeout=2):
                    break
                with contextlib.suppress(subprocess.TimeoutExpired):
                    process.wait(timeout=0.05)
            yield f"http://127.0.0.1:{port}"
        finally:
            process.terminate()
            process.wait(timeout=30)


def ask(url: str, token: str) -> dict[str, Any]:
    wanted = urllib.request.Request(url, headers={"Authorization": f"Bearer {token}"})
    with urllib.request.urlopen(wanted, timeout=10) as answer:
        found: dict[str, Any] = json.loads(answer.read())
    return found


def test_from_a_clone_to_the_first_answer(desk: Path, tmp_path: Path) -> None:
    data = tmp_path / "data"
    (tmp_path / "units.csv").write_text(UNITS, encoding="utf-8-sig")
    (tmp_path / "assets.csv").write_text(ASSETS, encoding="utf-8")
    at = Desk(desk, data)
    assert at.run("import", "units", str(tmp_path / "units.csv"))["created"] == 2
    person = at.run(
        "people", "add", "--username", "somsri", "--name", "นางสมศรี ใจดี", "--unit", "กยผ", "--role", "officer"
    )
    assert person["username"] == "somsri"
    report = at.run("import", "assets", str(tmp_path / "assets.csv"))
    assert (report["rows"], report["created"], report["rejected"]) == (2, 2, 0)
    with at.serving() as base:
        made = at.run("tokens", "create", "--username", "somsri")
        me = ask(f"{base}/api/v1/me", made["token"])
        assert (me["username"], me["unit"]["code"]) == ("somsri", "กยผ")
        assert set(me["roles"]) == {"staff", "officer"}
        assets = ask(f"{base}/api/v1/assets?q=6730-003-0002", made["token"])
        assert [item["asset_no"] for item in assets["items"]] == ["6730-003-0002"]
    assert at.run("check") is not None
    inside = {path.name for path in data.iterdir()}
    assert "assetloan.db" in inside
    assert not (desk / "instance").exists(), "everything lies in the data folder"
