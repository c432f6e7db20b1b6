"""Jobs that behave as a hostile file would make a parser behave; they run only inside the limited child."""

import os
import socket
import sys


def echo(source, args, out):
    data = source.read()
    out.write(data)
    return {"args": args, "size": len(data)}


def refuse(source, args, out):
    from assetloan.core.errors import DomainError

    raise DomainError("file_broken", part="ก")


def fail_with_words(source, args, out):
    raise ValueError(args["words"])


def eat_memory(source, args, out):
    return len(bytearray(2**31))


def eat_memory_in_lists(source, args, out):
    kept = []
    while True:
        kept.append("x" * 1_000_000)


def spin(source, args, out):
    while True:
        pass


def wait_for_ever(source, args, out):
    read, _ = os.pipe()
    os.read(read, 1)


def die(source, args, out):
    os.abort()


def leave_early(source, args, out):
    os._exit(0)


def write_without_end(source, args, out):
    while True:
        out.write(b"x" * 1_000_000)


def look_around(source, args, out):
    return {"env": dict(os.environ), "modules": sorted(sys.modules), "cwd": os.getcwd()}


def chatter(source, args, out):
    os.write(1, b"noise of a library\n")
    sys.stdout.write("more noise")
    sys.stdout.flush()
    out.write(b"answer")
    return 1


def open_address(source, args, out):
    socket.create_connection(("127.0.0.1", args["port"]), timeout=1)


def write_file(source, args, out):
    with open(args["path"], "w") as file:
        file.write("x")


def start_program(source, args, out):
    os.spawnv(os.P_WAIT, "/bin/true", ["true"])  # noqa: S606 - the very thing that must be refused
