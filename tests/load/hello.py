"""The unit of measure: a Flask hello-world under the settings that `serve` gives gunicorn."""

from __future__ import annotations

from flask import Flask

app = Flask(__name__)


@app.get("/")
def hello() -> str:
    """The least that a Flask application can answer."""
    return "hello"
