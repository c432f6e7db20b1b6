"""From the command line to an application whose database is there and up to date."""

from __future__ import annotations

import argparse
import os
import tempfile
from pathlib import Path

from flask import Flask

from assetloan import ROOT, config, create_app, schema
from assetloan.config import Settings
from assetloan.core.db import db

CATALOGUES = ROOT / "assetloan" / "translations"


def settings_for(args: argparse.Namespace) -> Settings:
    """The settings from the environment, and what the call says about them. Raises BadSetting."""
    return config.load(demo=args.demo, port=getattr(args, "port", None))


def ready_app(settings: Settings) -> Flask:
    """The application on a database that was created or migrated just now; a demo database is filled on first use.

    Raises BadSetting, NewerSchema, DBAPIError, OSError.
    """
    from assetloan.cli import demo, standard

    settings.data_dir.mkdir(mode=0o700, parents=True, exist_ok=True)
    compile_catalogues()
    app = create_app(settings)
    with app.app_context():
        schema.upgrade(db.engine)
        if settings.demo:
            demo.ensure(settings)
        else:
            standard.ensure()
        db.session.remove()
    return app


def compile_catalogues(folder: Path = CATALOGUES) -> list[Path]:
    """Compile the translations that are not compiled yet, or older than their source. Returns what was written."""
    written = []
    for source in sorted(folder.glob("*/LC_MESSAGES/*.po")):
        target = source.with_suffix(".mo")
        if target.is_file() and target.stat().st_mtime >= source.stat().st_mtime:
            continue
        from babel.messages import mofile, pofile

        with source.open("rb") as file:
            catalogue = pofile.read_po(file, locale=source.parts[-3])
        with tempfile.NamedTemporaryFile(dir=target.parent, suffix=".part", delete=False) as out:  # each its own
            mofile.write_mo(out, catalogue)
        os.chmod(out.name, 0o644)
        os.replace(out.name, target)
        written.append(target)
    return written
