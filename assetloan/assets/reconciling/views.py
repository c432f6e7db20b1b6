"""The pages of the reconciliation: lists by year, both sides, the differences, explaining, signing."""

from __future__ import annotations

from dataclasses import dataclass
from typing import Any
from urllib.parse import urlencode

from flask import Blueprint, Response, abort, render_template, request, url_for
from flask.typing import ResponseReturnValue

from assetloan.assets.reconciling import figures, labels, queries, service
from assetloan.assets.reconciling.forms import BookForm, ExplainForm, SignForm
from assetloan.assets.reconciling.models import Book
from assetloan.assets.reconciling.queries import Key, Reconciled
from assetloan.assets.reconciling.reading import ReadBook, read_book
from assetloan.assets.reconciling.rules import BookState, Difference, DifferenceKind, Sums
from assetloan.assets.reconciling.workbook import unit_words, workbook
from assetloan.assets.views import page_number
from assetloan.core import clock
from assetloan.core.db import db
from assetloan.core.errors import DomainError
from assetloan.core.forms import done_before, save
from assetloan.core.i18n import _, format_money, word
from assetloan.core.money import Money
from assetloan.documents.files import add_file, store_bytes
from assetloan.documents.sheets import read_table_file
from assetloan.identity.guards import access, actor, owner_key
from assetloan.identity.queries import UnitTree, unit_tree
from assetloan.identity.rules import Actor, Permission

bp = Blueprint("books", __name__, url_prefix="/books")
PER_PAGE = 50
XLSX = "application/vnd.openxmlformats-officedocument.spreadsheetml.sheet"


@bp.get("")
@access(Permission.BOOK_VIEW)
def index() -> ResponseReturnValue:
    """The lists, the newest year first."""
    found = queries.books()
    people = {book.person_id for book in found} | {book.signed_by_id for book in found}
    return render_template(
        "reconciling/index.html",
        books=found,
        people=queries.people_named({person for person in people if person is not None}),
        states=labels.BOOK_STATES,
        tones=labels.STATE_TONES,
        may_bring=actor().may(Permission.BOOK_EDIT, unit_id=None),
    )


@bp.route("/new", methods=["GET", "POST"])
@access(Permission.BOOK_EDIT)
def new() -> ResponseReturnValue:
    """Bring in the list of a year."""
    actor().require(Permission.BOOK_EDIT, unit_id=None)
    form = BookForm()
    again = done_before(owner_key())
    if again is not None:
        return again
    if form.validate_on_submit():
        data, name = form.file.data.read(), (form.file.data.filename or "gfmis")[:200]
        try:
            read = read_book(read_table_file(data, name).sheets)
        except DomainError as fault:
            form.file.errors = [word(fault)]
        else:
            sha256 = store_bytes(data)
            answer = save(owner_key(), form, lambda: _bring(form, read, name, sha256, len(data)))
            if answer is not None:
                return answer
    return render_template("reconciling/new.html", form=form), 422 if request.method == "POST" else 200


def _bring(form: BookForm, read: ReadBook, name: str, sha256: str, size: int) -> str:
    who, now, as_of = actor(), clock.now(), form.as_of.data or clock.today()
    book = service.bring_book(who, read, service.BookFile(as_of, name, sha256), now=now)
    book.file_id = _keep(book, who, "book", sha256, size, name)
    return url_for("books.show", book_id=book.id)


def _keep(book: Book, who: Actor, kind: str, sha256: str, size: int, name: str) -> int:
    row = add_file(
        sha256, size=size, mime="application/octet-stream", name=name, kind=figures.KIND, unit_id=None,
        object_type=kind, object_key=str(book.id), person_id=who.person_id, at=clock.now(),
    )  # fmt: skip
    db.session.flush()
    return row.id


# --- one list -------------------------------------------------------------------------------------------------------


@dataclass(frozen=True, slots=True)
class Shown:
    """A list as the page shows it: the differences that the filters leave."""

    reconciled: Reconciled
    kind: str
    unit: str
    state: str
    chosen: list[Difference]


def _kinds() -> list[tuple[str, str]]:
    return [("", _("ทุกชนิด")), *((kind.value, str(words)) for kind, words in labels.DIFFERENCES.items())]


def _shown(book_id: int) -> Shown:
    reconciled = queries.reconcile(actor(), queries.book_of(book_id))
    tree = unit_tree(clock.today())
    kind, unit, state = (request.args.get(name, "") for name in ("kind", "unit", "state"))
    if kind not in dict(_kinds()) or state not in ("", "open", "done"):
        abort(400)
    card = tree.by_code.get(unit.casefold()) if unit else None
    if unit and card is None:
        abort(400)
    chosen = [
        item
        for item in reconciled.differences
        if (not kind or item.kind.value == kind)
        and (card is None or item.unit_id == card.id)
        and (not state or (item.key in reconciled.explained) == (state == "done"))
    ]
    return Shown(reconciled, kind, unit, state, chosen)


@bp.get("/<int:book_id>")
@access(Permission.BOOK_VIEW)
def show(book_id: int) -> ResponseReturnValue:
    """Both sides, and where they differ."""
    return _page(book_id)


def _page(book_id: int, explain: ExplainForm | None = None, sign: SignForm | None = None) -> ResponseReturnValue:
    who, tree = actor(), unit_tree(clock.today())
    shown = _shown(book_id)
    book, page = shown.reconciled.book, page_number()
    pages = max(1, -(-len(shown.chosen) // PER_PAGE))
    page = min(page, pages)
    newest = queries.newest_of(book.fiscal_year) == book.id
    agency = tree.agency()
    may_sign = who.may(Permission.BOOK_SIGN, unit_id=agency.id if agency is not None else None)
    working = book.state is BookState.OPEN and newest
    used = {
        name: value for name, value in (("kind", shown.kind), ("unit", shown.unit), ("state", shown.state)) if value
    }
    units = {item.unit_id for item in shown.reconciled.differences if item.unit_id is not None}
    html = render_template(
        "reconciling/show.html",
        book=book,
        people=queries.people_named({person for person in (book.person_id, book.signed_by_id) if person is not None}),
        newest=newest,
        state=(labels.STATE_TONES[book.state], labels.BOOK_STATES[book.state]),
        sums=_sums(shown.reconciled, tree),
        since=_since(book, tree),
        whole_file=book.signed_at is not None and who.scope(Permission.BOOK_VIEW).everything,
        kinds=_kinds(),
        kind_words=labels.DIFFERENCES,
        units=[("", _("ทุกหน่วยงาน")), *((card.code, card.label) for card in tree.ordered() if card.id in units)],
        states=[("", _("ทั้งหมด")), ("open", _("ยังไม่มีคำอธิบาย")), ("done", _("มีคำอธิบายแล้ว"))],
        shown=shown,
        used=used,
        rows=[_row(item, shown.reconciled, tree) for item in shown.chosen[(page - 1) * PER_PAGE : page * PER_PAGE]],
        count=len(shown.chosen),
        waiting=len(shown.reconciled.open()),
        page=page,
        pages=pages,
        page_url=lambda number: f"{_address(book_id, 'show')}?{urlencode(used | {'page': str(number)})}",
        here=_address(book_id, "show"),
        explain_url=url_for("books.explain", book_id=book_id, **dict[str, Any](used)),
        explain_form=explain or ExplainForm(formdata=None),
        sign_form=sign or SignForm(formdata=None),
        form=explain or sign,
        may_explain=working and who.has(Permission.BOOK_EDIT),
        may_sign=working and may_sign,
    )
    return html, 200 if (explain or sign) is None else 422


def _address(book_id: int, page: str) -> str:
    return url_for(f"books.{page}", book_id=book_id)


def _sums(reconciled: Reconciled, tree: UnitTree) -> list[dict[str, Any]]:
    """A row for each class and unit, and the whole."""
    found = sorted(
        reconciled.comparison.sums.items(), key=lambda item: (item[0][0], unit_words(tree, item[0][1], item[0][2]))
    )
    rows = [_sum_row(key[0] or _("ไม่ทราบหมวด"), unit_words(tree, key[1], key[2]), sums) for key, sums in found]
    if len(rows) > 1:
        whole = Sums()
        for _key, sums in found:
            whole.add(sums)
        rows.append(_sum_row(_("รวม"), "", whole))
    return rows


def _since(book: Book, tree: UnitTree) -> list[dict[str, Any]]:
    """What has changed in the register since the list was signed: a line for each class and unit."""
    return [
        {
            "class": item.key[0] or _("ไม่ทราบหมวด"),
            "unit": unit_words(tree, item.key[1], item.key[2]),
            "count": f"{item.count:+,}".replace("-", "−") if item.count else "0",
            "cost": _signed_baht(item.cost),
            "accumulated": _signed_baht(item.accumulated),
        }
        for item in sorted(queries.since_signed(actor(), book), key=lambda item: (item.key[0], item.key[1] or 0))
    ]


def _signed_baht(satang: int) -> str:
    return f"+{_baht(satang)}" if satang > 0 else _baht(satang)


def _sum_row(class_name: str, unit: str, sums: Sums) -> dict[str, Any]:
    return {
        "class": class_name,
        "unit": unit,
        "counts": (sums.books_count, sums.register_count),
        "costs": (_baht(sums.books_cost), _baht(sums.register_cost), _baht(sums.books_cost - sums.register_cost)),
        "accumulated": (
            _baht(sums.books_accumulated),
            _baht(sums.register_accumulated),
            _baht(sums.books_accumulated - sums.register_accumulated),
        ),
    }


def _baht(satang: int) -> str:
    return f"−{format_money(Money(-satang))}" if satang < 0 else format_money(Money(satang))


def _row(item: Difference, reconciled: Reconciled, tree: UnitTree) -> dict[str, Any]:
    return {
        "item": item,
        "value": f"{item.kind.value}|{item.gfmis_no}|{item.key[2] or ''}",
        "unit": unit_words(tree, item.unit_id, item.unit_text),
        "books": _baht(item.books.satang),
        "register": _baht(item.register.satang),
        "amount": _baht(item.amount),
        "told": reconciled.explained.get(item.key),
    }


# --- acts -----------------------------------------------------------------------------------------------------------


@bp.post("/<int:book_id>/explain")
@access(Permission.BOOK_EDIT)
def explain(book_id: int) -> ResponseReturnValue:
    """Explain the chosen differences, or all that the filters leave and nobody explained."""
    form = ExplainForm()
    back = {name: value for name, value in request.args.items() if name in ("kind", "unit", "state")}

    def work() -> str:
        who = actor()
        keys = _asked_keys()
        if form.every.data:
            shown = _shown(book_id)
            keys = [
                item.key
                for item in shown.chosen
                if item.key not in shown.reconciled.explained and who.may(Permission.BOOK_EDIT, unit_id=item.unit_id)
            ]
        service.explain(who, book_id, keys, form.words.data or "", now=clock.now())
        return url_for("books.show", book_id=book_id, **dict[str, Any](back))

    answer = save(owner_key(), form, work) if form.validate_on_submit() else None
    return answer if answer is not None else _page(book_id, explain=form)


def _asked_keys() -> list[Key]:
    """The ticked rows; 400 for what no row of ours says."""
    keys: list[Key] = []
    for value in request.form.getlist("line"):
        kind, _bar, rest = value.partition("|")
        number, _bar, asset_id = rest.partition("|")
        if kind not in {item.value for item in DifferenceKind} or not (
            asset_id.isascii() and asset_id.isdigit() or not asset_id
        ):
            abort(400)
        keys.append((DifferenceKind(kind), number, int(asset_id) if asset_id else None))
    return keys


@bp.post("/<int:book_id>/sign")
@access(Permission.BOOK_SIGN)
def sign(book_id: int) -> ResponseReturnValue:
    """Sign the year off; the figures that are signed are kept as a file."""
    form = SignForm()
    again = done_before(owner_key())
    if again is not None:
        return again
    if form.validate_on_submit():
        book = queries.book_of(book_id)
        reconciled, name = queries.to_sign(book), _file_name(book)
        sheet = workbook(reconciled, unit_tree(clock.today()))
        kept = figures.packed(reconciled.comparison, reconciled.told())
        db.session.rollback()
        files = service.SignedFiles(store_bytes(sheet), store_bytes(kept))

        def work() -> str:
            who = actor()
            book = service.sign_book(who, book_id, form.note.data or "", files, now=clock.now())
            _keep(book, who, figures.OBJECT, files.workbook, len(sheet), name)
            _keep(book, who, figures.OBJECT, files.figures, len(kept), figures.FIGURES)
            return _address(book_id, "show")

        answer = save(owner_key(), form, work)
        if answer is not None:
            return answer
    return _page(book_id, sign=form)


@bp.get("/<int:book_id>/differences.xlsx")
@access(Permission.BOOK_VIEW)
def differences_file(book_id: int) -> ResponseReturnValue:
    """Both sides and the differences as a workbook: once signed, the very file that was signed.

    Who sees a part of the agency gets that part of the signed figures.
    """
    book = queries.book_of(book_id)
    signed = figures.signed_workbook(book) if actor().scope(Permission.BOOK_VIEW).everything else None
    data = signed or workbook(queries.reconcile(actor(), book), unit_tree(clock.today()))
    name = _file_name(book)
    db.session.rollback()
    response = Response(data, mimetype=XLSX)
    response.headers.set("Content-Disposition", "attachment", filename=name)
    return response


def _file_name(book: Book) -> str:
    return f"{figures.WORKBOOK}-{book.fiscal_year}.xlsx"
