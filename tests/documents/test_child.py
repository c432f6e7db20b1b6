"""The throw-away child: whatever happens inside, the caller gets one clear error and stays as it was."""

from __future__ import annotations

import os
import socket
import time
from pathlib import Path

import pytest

from assetloan.documents.child import MIB, Limits, run_limited
from assetloan.documents.errors import FileRefused, WorkStopped

SMALL = Limits(memory=200 * MIB, cpu=2, wall=10.0, output=2 * MIB)


@pytest.fixture(autouse=True)
def strange_jobs(monkeypatch):
    monkeypatch.syspath_prepend(str(Path(__file__).with_name("childjobs")))


def run(name: str, payload: bytes | Path = b"", limits: Limits = SMALL, **args):
    with run_limited(f"strange_jobs:{name}", payload, args, limits=limits) as answer:
        return answer.value, answer.data()


def stopped(name: str, limits: Limits = SMALL, **args) -> str:
    with pytest.raises(WorkStopped) as caught:
        run(name, limits=limits, **args)
    return caught.value.code


def test_value_and_bytes_come_back(tmp_path):
    value, data = run("echo", "ครุภัณฑ์\n".encode() * 1000, word="ก")
    assert value == {"args": {"word": "ก"}, "size": 25000}
    assert data == "ครุภัณฑ์\n".encode() * 1000
    file = tmp_path / "any"
    file.write_bytes(b"from a file")
    assert run("echo", file)[1] == b"from a file"


def test_lines_are_read_one_by_one():
    with run_limited("strange_jobs:echo", b"a\nb\nc", limits=SMALL) as answer:
        assert list(answer.lines())[:2] == [b"a\n", b"b\n"]


def test_a_refusal_keeps_its_code_and_facts():
    with pytest.raises(FileRefused) as caught:
        run("refuse")
    assert (caught.value.code, caught.value.details, caught.value.status) == ("file_broken", {"part": "ก"}, 422)


def test_memory_is_limited():
    assert stopped("eat_memory") == "work_too_large"
    assert stopped("eat_memory_in_lists") == "work_too_large"


def test_cpu_time_is_limited():
    started = time.monotonic()
    assert stopped("spin", Limits(memory=200 * MIB, cpu=1, wall=30.0)) == "work_timeout"
    assert time.monotonic() - started < 10


def test_wall_time_is_limited():
    assert stopped("wait_for_ever", Limits(memory=200 * MIB, wall=0.5)) == "work_timeout"


def test_the_answer_is_limited():
    assert stopped("write_without_end") == "work_too_large"


@pytest.mark.parametrize("name", ["die", "leave_early", "no_such_job"])
def test_a_crash_is_one_clear_error(name):
    assert stopped(name) == "work_crashed"


def test_the_log_names_the_error_and_never_quotes_the_file(caplog):
    assert stopped("fail_with_words", words="ชื่อจริง") == "work_crashed"
    assert "ValueError" in caplog.text
    assert "ชื่อจริง" not in caplog.text


def test_no_secret_and_no_application_in_the_child(monkeypatch):
    monkeypatch.setenv("ASSETLOAN_SECRET_KEY", "very-secret")
    monkeypatch.setenv("HOME", "/somewhere")
    value, _ = run("look_around")
    assert "very-secret" not in repr(value["env"])
    assert not {name for name in value["env"] if name.startswith(("ASSETLOAN", "HOME", "PYTHON"))}
    assert not {"flask", "sqlalchemy", "flask_babel", "assetloan.core.db"} & set(value["modules"])
    assert value["cwd"] == "/"


def test_noise_of_libraries_stays_out_of_the_answer():
    assert run("chatter") == (1, b"answer")


def test_no_network_no_writing_no_programs_from_inside(tmp_path):
    with socket.create_server(("127.0.0.1", 0)) as server:
        server.settimeout(0.2)
        assert stopped("open_address", port=server.getsockname()[1]) == "work_crashed"
        with pytest.raises(TimeoutError):
            server.accept()
    assert stopped("write_file", path=str(tmp_path / "new")) == "work_crashed"
    assert not (tmp_path / "new").exists()
    assert stopped("start_program") == "work_crashed"


def _children() -> set[str]:
    return {pid for task in Path("/proc/self/task").iterdir() for pid in (task / "children").read_text().split()}


def test_nothing_is_left_behind():
    before = len(os.listdir("/proc/self/fd")), _children()
    for name in ("die", "wait_for_ever", "eat_memory"):
        stopped(name, Limits(memory=200 * MIB, cpu=1, wall=0.5))
    assert (len(os.listdir("/proc/self/fd")), _children()) == before
