"""The page of one import, whatever became of it so far: shared by the views that show it and those that change it."""

from __future__ import annotations

from typing import Any

from flask import render_template, request
from flask.typing import ResponseReturnValue

from assetloan.assets import import_parts, import_rows
from assetloan.assets.import_base import address, watched
from assetloan.assets.import_forms import AnswersForm, ConfirmForm, UndoForm
from assetloan.assets.import_lookup import place_names
from assetloan.assets.import_service import EXPIRED, KEPT, STAGED, answers_of
from assetloan.assets.import_staging import batch_of, is_read, job_of, pending
from assetloan.assets.models import ImportBatch
from assetloan.core import clock
from assetloan.core.forms import ActForm, BaseForm
from assetloan.core.i18n import word_code
from assetloan.core.job_models import JobState
from assetloan.identity.guards import actor
from assetloan.identity.queries import unit_tree


def page_of(key: str, refused: BaseForm | None = None) -> ResponseReturnValue:
    """An import as it stands: on its way to a job's page, unread, waiting to be confirmed, or done."""
    found = batch_of(actor(), key)
    going_on = watched(found)
    if going_on is not None:
        return going_on
    job = job_of(found)
    failed = word_code(job.result["code"], job.result["details"]) if job and job.state is JobState.FAILED else ""
    shared = {
        "batch": found,
        "unit": unit_tree(clock.today()).get(found.unit_id),
        "form": refused,
        "failed": "" if refused else failed,
        "act_form": ActForm(formdata=None),
        "kept_until": clock.bangkok_date(found.created_at + KEPT),
    }
    if found.state == EXPIRED:
        page = render_template("assets/import_expired.html", **shared)
    elif found.state == STAGED and not is_read(found):
        page = render_template("assets/import_unread.html", **shared)
    elif found.state == STAGED:
        page = render_template("assets/import_preview.html", **shared, **_preview(found, refused))
    else:
        page = render_template("assets/import_result.html", **shared, **_result(found, refused))
    return page, 422 if refused is not None else 200


def _listed(found: ImportBatch, counts: dict[str, int], first: str) -> dict[str, Any]:
    """The rows that the address asks for."""
    shown = request.args.get("show", "")
    shown = shown if shown in import_rows.SHOWN else first
    pages = max(1, -(-counts.get(shown, 0) // import_rows.ON_A_PAGE))
    wanted = request.args.get("page", "")
    number = min(int(wanted), pages) if wanted.isascii() and wanted.isdigit() and len(wanted) < 7 and int(wanted) else 1

    def page_address(page: int) -> str:
        return address(found.key, show=shown, page=page, _anchor="rows")

    return {
        "shown": shown,
        "rows": import_rows.RowList(found.id, shown).page(number),
        "page": number,
        "pages": pages,
        "page_address": page_address,
        "labels": import_parts.LABELS,
        "counts": counts,
        "fields": import_parts.FIELDS,
    }


def _preview(found: ImportBatch, refused: BaseForm | None) -> dict[str, Any]:
    counts = import_parts.counts_of(found)
    first = next((name for name in import_rows.TO_CHECK if counts.get(name)), import_rows.ALL)
    asked = import_parts.asked_of(found)
    answers = answers_of(found)
    questions = AnswersForm(formdata=None)
    questions.keep_only(asked)
    questions.fill(answers)
    new_places = import_parts.new_places_of(found)
    return _listed(found, counts, first) | {
        "result": found.result,
        "asked": asked,
        "open_questions": [name for name in asked if getattr(answers, name) is None],
        "answers": answers,
        "questions": refused if isinstance(refused, AnswersForm) else questions,
        "confirm_form": refused if isinstance(refused, ConfirmForm) else ConfirmForm(formdata=None),
        "suggestions": import_parts.suggestions_of(found),
        "new_places": new_places,
        "colours": import_parts.colours_of(found),
        "colour_choices": import_parts.COLOURS,
        "known_places": place_names({one["unit_id"] for _place, one in new_places}) if new_places else [],
        "to_save": import_parts.to_save(found),
        "refused_rows": import_parts.refused(found),
        "pending": pending(found),
        "done": request.args.get("done", ""),
    }


def _result(found: ImportBatch, refused: BaseForm | None) -> dict[str, Any]:
    counts = found.result["counts"]
    told = {name: import_rows.RowList(found.id, name).count() for name in import_rows.TO_CHECK}
    first = next((name for name in import_rows.TO_CHECK if told[name]), import_rows.ALL)
    return _listed(found, told | {import_rows.ALL: sum(told.values())}, first) | {
        "totals": counts,
        "undo_form": refused if isinstance(refused, UndoForm) else UndoForm(formdata=None),
    }
