"""`python -m assetloan.cli.one_job PARENT ID`: the process that the server starts for one long job."""

from __future__ import annotations

import os
import sys

from assetloan import ROOT, config, create_app
from assetloan.config import PREFIX, Settings
from assetloan.core import jobs
from assetloan.core.db import db
from assetloan.core.job_process import Start, take_limits


def start_of(settings: Settings) -> Start:
    """How this module is started by a server with these settings."""
    given = {
        "DATA_DIR": str(settings.data_dir),
        "DATABASE_URL": settings.database_url,
        "SECRET_KEY": settings.secret_key,
        "BASE_URL": settings.base_url,
        "DEMO": "1" if settings.demo else "0",
        "MAX_UPLOAD_MIB": str(settings.max_upload_mib),
    }
    # Small blocks are asked for by one thread alone, so one heap is enough.
    environ = os.environ | {PREFIX + name: value for name, value in given.items()} | {"MALLOC_ARENA_MAX": "1"}
    words = [sys.executable, "-m", "assetloan.cli.one_job", str(os.getpid())]
    return Start(words, environ, str(ROOT))


def main(words: list[str]) -> int:
    """Do the job that is named by its id; how it ended stands in its row."""
    parent, job_id = map(int, words)
    take_limits(parent)
    app = create_app(config.load())
    with app.app_context():
        jobs.run(job_id)
        db.session.remove()
    return 0


if __name__ == "__main__":
    sys.exit(main(sys.argv[1:]))
