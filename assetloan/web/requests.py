"""A question for the headers alone (HEAD) is answered as the page would be; the server leaves the body out."""

from __future__ import annotations

from typing import Any

from flask import Request


class PageRequest(Request):
    """HEAD looks like GET to every view, so that none of them takes it for a posted form."""

    def __init__(self, *args: Any, **kwargs: Any) -> None:
        super().__init__(*args, **kwargs)
        if self.method == "HEAD":
            self.method = "GET"
