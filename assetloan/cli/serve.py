"""`serve`: the web server, gunicorn with threads, started from here so that one command is enough."""

from __future__ import annotations

import argparse
import contextlib
import ctypes
from typing import Any

from flask import Flask
from gunicorn.app.base import BaseApplication

from assetloan.cli import answers, demo, one_job, start
from assetloan.config import Settings
from assetloan.core import beat, clock, jobs
from assetloan.core.db import db, transaction
from assetloan.core.i18n import _
from assetloan.identity import sign_in
from assetloan.web import vendor

THREADS = 4
M_MMAP_THRESHOLD, LARGE_BLOCK = -3, 1024 * 1024  # malloc.h of the GNU C library; bytes


def register(subparsers: Any) -> None:
    """serve [--host H --port P --workers N]"""
    parser = subparsers.add_parser("serve", help="start the web server (the default command)", allow_abbrev=False)
    parser.add_argument("--host", default="127.0.0.1", help="address to listen on (default: this computer only)")
    parser.add_argument("--port", type=port, help="port to listen on (default: ASSETLOAN_PORT or 5000)")
    parser.add_argument("--workers", type=workers, default=2, help="server processes of 4 threads each (default: 2)")
    parser.set_defaults(run=run, bare=True)


def port(text: str) -> int:
    """A port number."""
    return _number(text, 1, 65535)


def workers(text: str) -> int:
    """A number of processes."""
    return _number(text, 1, 64)


def _number(text: str, least: int, most: int) -> int:
    if not text.isascii() or not text.isdigit() or not least <= int(text) <= most:
        raise argparse.ArgumentTypeError(f"“{text}” is not a whole number from {least} to {most}")
    return int(text)


class Server(BaseApplication):
    """gunicorn with our options; the application was built before the processes part."""

    def __init__(self, app: Flask, host: str, settings: Settings, count: int, greeting: list[str]) -> None:
        self.app, self.host, self.settings, self.count, self.greeting = app, host, settings, count, greeting
        super().__init__()

    def load_config(self) -> None:
        host = f"[{self.host}]" if ":" in self.host else self.host
        options = {
            "bind": f"{host}:{self.settings.port}",
            "workers": self.count,
            "threads": THREADS,
            "worker_class": "gthread",
            "loglevel": "warning",
            "control_socket_disable": True,
            "proc_name": "assetloan",
            # Peeling off proxies is the application's own, by the number that the settings trust.
            "forwarded_allow_ips": "",
            "when_ready": self._greet,
            "post_worker_init": self._work,
        }
        for name, value in options.items():
            self.cfg.set(name, value)

    def load(self) -> Flask:
        return self.app

    def _work(self, _worker: object) -> None:
        jobs.start_worker(self.app, one_job.start_of(self.app.config["SETTINGS"]))
        beat.start(self.app)

    def _greet(self, _arbiter: object) -> None:
        answers.show(*self.greeting)


def run(args: argparse.Namespace) -> int:
    """Bring the database up to date, say where the pages are, and serve until stopped."""
    settings = start.settings_for(args)
    app = start.ready_app(settings)
    with app.app_context():
        greeting = _greeting(settings)
        db.session.remove()
        db.engine.dispose()  # connections are not shared between processes
    for item in vendor.missing():
        answers.say(f"missing: {item.name}; without it, no {item.without}. Every task still works.")
    _give_large_blocks_back()
    try:
        Server(app, args.host, settings, args.workers, greeting).run()
    except SystemExit as stop:
        if not stop.code:
            return answers.DONE
        answers.say(f"The server could not start on {args.host}:{settings.port}. Another port: --port N.")
        return answers.REFUSED
    return answers.DONE


def _give_large_blocks_back() -> None:
    """Keep the C library from holding on to the 19 MiB that each check of a password takes, once for every thread.

    Left alone it learns from the first freed block to serve such sizes from its heaps, which it does not shrink.
    """
    with contextlib.suppress(OSError, AttributeError):  # another C library
        ctypes.CDLL(None).mallopt(M_MMAP_THRESHOLD, LARGE_BLOCK)


def _greeting(settings: Settings) -> list[str]:
    """Where the pages are, the link of the first set-up while there is nobody, the accounts of a demo."""
    lines = [_("เปิดใช้ที่ %(url)s", url=settings.base_url)]
    with transaction():
        token = sign_in.issue_setup_link(now=clock.now())
    if token is not None:
        lines += [
            _("ยังไม่มีบุคลากรในระบบ เปิดลิงก์นี้เพื่อตั้งค่าครั้งแรก ใช้ได้ครั้งเดียวภายใน 24 ชั่วโมง"),
            f"{settings.base_url}/setup/{token}",
        ]
    return lines + (demo.greeting(settings) if settings.demo else [])
