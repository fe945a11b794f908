"""Firsthand 首接: the application factory. `flask --app app …` and the server start here."""

from __future__ import annotations

import gc
from typing import Any

from flask import Flask
from flask_compress import Compress
from flask_htmx import HTMX
from flask_migrate import Migrate
from flask_wtf.csrf import generate_csrf
from werkzeug.middleware.proxy_fix import ProxyFix

import blueprints
import cli
import settings
import workflows
from blueprints import _guard, _said_view, _shared, _words
from models import db
from rules import history, mailer, store

migrate = Migrate()
htmx = HTMX()
compress = Compress()


def create_app(**overrides: Any) -> Flask:
    """The desk, ready to serve. `overrides` stand in for environment variables (DATABASE_URL, FIRSTHAND_DATA, …)
    and for Flask settings. Exits with a sentence when something needed is missing."""
    app = Flask(__name__)
    try:
        app.config.from_mapping(settings.read(settings.merged(overrides)))
    except settings.Misconfigured as error:
        settings.stop(error)
    app.config.from_mapping({k: v for k, v in overrides.items() if not settings.is_variable(k)})
    app.config["SESSION_COOKIE_NAME"] = "desk" if app.config["INSECURE_HTTP"] else "__Host-desk"
    db.init_app(app)
    migrate.init_app(app, db, render_as_batch=True)
    htmx.init_app(app)
    compress.init_app(app)
    _guard.install(app)
    _words.install(app)
    workflows.find()
    blueprints.register_all(app)
    cli.install(app)
    history.use_key(app.config["HISTORY_KEY"])
    mailer.use(mailer.sender_of(app.config["MAIL"]))
    with app.app_context():
        store.install(db.engine)
    _templates(app)
    if app.config["PROXY"]:
        app.wsgi_app = ProxyFix(app.wsgi_app, x_for=1, x_proto=1, x_host=0)  # type: ignore[method-assign]
    gc.collect()
    gc.freeze()
    gc.set_threshold(20_000, 10, 10)
    return app


def _templates(app: Flask) -> None:
    env = app.jinja_env
    env.trim_blocks = False
    env.globals.update(csrf_token=generate_csrf, token=_shared.token, asset=_shared.asset, url_for=app.url_for)
    env.globals["may_overrule"] = _said_view.may_overrule
    env.globals["ui"] = env.get_template("ui.html").module
    app.context_processor(_shared.frame)
