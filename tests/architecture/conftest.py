"""The stage on which the routes are walked."""

from __future__ import annotations

import pytest
from flask import Flask

from tests.architecture.stage import Stage, set_stage


@pytest.fixture
def stage(app: Flask) -> Stage:
    return set_stage(app)
