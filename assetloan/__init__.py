"""assetloan: what a Thai government department owns, lends, counts and proves. `create_app()` is all the wiring."""

from __future__ import annotations

from pathlib import Path
from typing import TYPE_CHECKING

if TYPE_CHECKING:
    from flask import Flask

    from assetloan.config import Settings

ROOT = Path(__file__).resolve().parent.parent


def create_app(settings: Settings | None = None) -> Flask:
    """The application, wired from its settings. The database is brought up to date by the caller (run.py, tests).

    The imports stand here, not above: the child that parses untrusted files imports this package and must stay small.
    """
    from flask import Flask
    from flask_login import LoginManager
    from flask_wtf import CSRFProtect
    from werkzeug.middleware.proxy_fix import ProxyFix

    from assetloan import api, assets, config, identity, lending, reporting, web
    from assetloan.core import after, i18n, jobs
    from assetloan.core.db import db, engine_options, prepare
    from assetloan.identity import guards
    from assetloan.web import compress, errors, headers, requests, shell, thai_parts

    settings = config.with_secret(settings or config.load())
    app = Flask(__name__, template_folder=str(ROOT / "templates"), static_folder=str(ROOT / "assetloan" / "static"))
    app.request_class = requests.PageRequest
    app.config.update(
        SETTINGS=settings,
        SECRET_KEY=settings.secret_key,
        SQLALCHEMY_DATABASE_URI=settings.database_url,
        SQLALCHEMY_ENGINE_OPTIONS=engine_options(settings.database_url),
        TRUSTED_HOSTS=settings.trusted_hosts,
        MAX_CONTENT_LENGTH=settings.max_upload_mib * 1024 * 1024,
        MAX_FORM_MEMORY_SIZE=1024 * 1024,
        MAX_FORM_PARTS=2000,
        SESSION_COOKIE_NAME="__Host-assetloan" if settings.https else "assetloan",
        SESSION_COOKIE_SECURE=settings.https,
        SESSION_COOKIE_HTTPONLY=True,
        SESSION_COOKIE_SAMESITE="Lax",
        WTF_CSRF_TIME_LIMIT=None,
        BABEL_DEFAULT_LOCALE="th",
        BABEL_DEFAULT_TIMEZONE="Asia/Bangkok",
        BABEL_TRANSLATION_DIRECTORIES=str(ROOT / "assetloan" / "translations"),
        TEMPLATES_AUTO_RELOAD=False,
    )
    if settings.trusted_proxies:
        count = settings.trusted_proxies
        app.wsgi_app = ProxyFix(app.wsgi_app, x_for=count, x_proto=count, x_host=0)  # type: ignore[method-assign]
    db.init_app(app)
    with app.app_context():
        prepare(db.engine)
    jobs.init(app)
    i18n.init(app)
    after.init(app)  # runs last of the after_request functions
    headers.init(app)
    compress.init(app)
    thai_parts.init(app)
    guards.init(LoginManager(app))
    csrf = CSRFProtect(app)
    app.before_request(guards.check_access)
    errors.init(app)
    shell.init(app)
    for package in (web, identity, assets, lending, reporting, api):
        for blueprint in package.blueprints():
            app.register_blueprint(blueprint)
            if package is api:
                csrf.exempt(blueprint)  # bearer tokens only, never the cookie
    return app
