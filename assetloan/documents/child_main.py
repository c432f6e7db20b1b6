"""The throw-away child: started by path in an isolated interpreter, takes its limits first, then does one job.

It never imports the application: the package `assetloan` is entered without running its `__init__`, so that a start
costs some ten milliseconds and no secret, session or database is within reach of a hostile file.
"""

from __future__ import annotations

import importlib
import json
import os
import resource
import sys
from types import ModuleType
from typing import Any, BinaryIO

# Python-level doors that no job needs. Native code is held by the limits; this wall catches a template, a parser or
# a picture that talks a library into opening an address, a program or a file for writing.
CLOSED = ("socket.", "subprocess.", "os.system", "os.exec", "os.fork", "os.posix_spawn", "os.spawn", "shutil.")
WRITING = os.O_WRONLY | os.O_RDWR | os.O_CREAT | os.O_TRUNC | os.O_APPEND
FOOTER = 8


def _guard(event: str, args: tuple[Any, ...]) -> None:
    if event.startswith(CLOSED):
        raise PermissionError(f"closed in here: {event}")
    if event == "open" and isinstance(args[2], int) and args[2] & WRITING:
        raise PermissionError("no writing in here")


def _limit(order: dict[str, Any]) -> None:
    resource.setrlimit(resource.RLIMIT_CORE, (0, 0))
    resource.setrlimit(resource.RLIMIT_AS, (order["memory"], order["memory"]))
    resource.setrlimit(resource.RLIMIT_CPU, (order["cpu"], order["cpu"] + 1))
    resource.setrlimit(resource.RLIMIT_FSIZE, (order["output"], order["output"]))
    resource.setrlimit(resource.RLIMIT_NOFILE, (64, 64))


def _enter_package(folder: str) -> None:
    package = ModuleType("assetloan")
    package.__path__ = [folder]
    sys.modules["assetloan"] = package


def _work(order: dict[str, Any], source: BinaryIO, out: BinaryIO) -> dict[str, Any]:
    from assetloan.core.errors import DomainError

    try:
        module, name = order["job"].split(":")
        job = getattr(importlib.import_module(module), name)
        sys.addaudithook(_guard)
        return {"value": job(source, order["args"], out)}
    except DomainError as refused:
        return {"refused": refused.code, "details": refused.details}
    except MemoryError:
        return {"stopped": "work_too_large"}


def main() -> int:
    """Do the one job of the command line: file in on standard input, answer out on standard output."""
    order = json.loads(sys.argv[1])
    _limit(order)
    sys.path[:] = order["path"]
    _enter_package(order["package"])
    source = os.fdopen(0, "rb", closefd=False)
    out = os.fdopen(os.dup(1), "wb")
    os.dup2(2, 1)  # whatever a library prints must not get into the answer
    footer = json.dumps(_work(order, source, out)).encode()
    out.write(footer)
    out.write(len(footer).to_bytes(FOOTER, "big"))
    out.close()
    return 0


if __name__ == "__main__":
    # No tidying up on the way out: everything of value is written, and freeing a big workbook takes time.
    code = main()
    sys.stderr.flush()
    os._exit(code)
