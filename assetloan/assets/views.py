"""The register's pages for readers: the list and one asset."""

from __future__ import annotations

from dataclasses import dataclass, replace
from datetime import timedelta
from typing import Any
from urllib.parse import urlencode

from flask import Blueprint, abort, render_template, request, url_for
from flask.typing import ResponseReturnValue

from assetloan.assets import labels, page_parts, photos, queries
from assetloan.assets.finding.forms import FreeForm
from assetloan.assets.labelling.queries import last_printed
from assetloan.assets.list_head import list_head, most_counted
from assetloan.assets.models import Asset, AssetEvent
from assetloan.assets.page_parts import Act
from assetloan.assets.queries import AssetList
from assetloan.assets.rules import AssetStatus, CodeState
from assetloan.assets.searching import LONGEST_SEARCH
from assetloan.core import clock, text
from assetloan.core.i18n import _, format_day, ngettext
from assetloan.identity.guards import access, actor
from assetloan.identity.nav import NavItem
from assetloan.identity.queries import UnitCard, unit_tree
from assetloan.identity.rules import Actor, Permission

bp = Blueprint("assets", __name__)

PER_PAGE = 25
SHOWN_EVENTS = 30
# Beside each other at most; one more than that is shown too, before several go under a heading of their own.
SHOWN_ACTS = 3
ORDER_OF_TONES = ("primary", "second", "danger")


def nav(who: Actor) -> NavItem | None:
    """The register in the header, for whoever may see any of it."""
    if not (who.has(Permission.ASSET_CARD) or who.has(Permission.ASSET_VIEW)):
        return None
    return NavItem(url_for("assets.index"), _("ทะเบียนครุภัณฑ์"), "assets.index")


def units_for(who: Actor, permission: Permission) -> list[UnitCard]:
    """The open units over which a person has this permission, in the usual order."""
    scope = who.scope(permission)
    return [card for card in unit_tree(clock.today()).ordered() if scope.everything or card.id in scope.units]


# --- the list -------------------------------------------------------------------------------------------------------


@dataclass(frozen=True, slots=True)
class Filter:
    """One choice of the list's filter row."""

    name: str
    label: str
    choices: list[tuple[str, str]]
    value: str


def _asked(name: str, choices: list[tuple[str, str]]) -> str:
    """What was asked for; 400 when it is not among the choices (D18)."""
    asked = request.args.get(name, "")
    return asked if not asked or asked in dict(choices) else abort(400)


def page_number() -> int:
    """The page asked for; 400 for what is no number."""
    try:
        return text.parse_int(request.args.get("page", "1"), least=1, most=1_000_000)
    except ValueError:
        abort(400)


def _import_asked(who: Actor) -> tuple[int | None, list[Filter]]:
    """What one brought in with one file, when the page of that import asks for it. Raises NotFound for another's."""
    if not request.args.get("import"):
        return None, []
    batch = queries.batch_for(who, request.args["import"])
    choices = [("", _("ทั้งหมด")), (batch.key, batch.file_name)]
    return batch.id, [Filter("import", _("การนำเข้า"), choices, batch.key)]


def _listed(who: Actor, words: str, free: FreeForm) -> tuple[AssetList, list[Filter], int]:
    """The list as filtered, its filters in their order, and how many rows it has (as far as they are counted)."""
    units = [("", _("ทุกหน่วยงาน")), *((card.code, card.label) for card in unit_tree(clock.today()).ordered())]
    statuses = [("", _("ทุกสถานะ")), *((item.value, str(labels.STATUSES[item])) for item in AssetStatus)]
    lent = [("", _("ทั้งหมด")), ("yes", _("ให้ยืมได้")), ("no", _("ไม่ให้ยืม"))] if who.has(Permission.ASSET_VIEW) else []
    unit, status = _asked("unit", units), _asked("status", statuses)
    loanable = _asked("loanable", lent) if lent else ""
    unit_id = unit_tree(clock.today()).by_code[unit.casefold()].id if unit else None
    with_places = unit_id is not None and who.may(Permission.ASSET_VIEW, unit_id=unit_id)
    place = request.args.get("place", "") if with_places else ""
    batch_id, imported = _import_asked(who)
    listed = AssetList(
        who,
        words=words,
        unit_id=unit_id,
        category_code=request.args.get("category") or None,
        place_id=int(place) if place.isascii() and place.isdigit() and len(place) < 10 else None,
        status=AssetStatus(status) if status else None,
        loanable={"yes": True, "no": False}.get(loanable),
        batch_id=batch_id,
    )
    period = free.period()
    if period is not None:
        first, last = period
        wanted = [part(first, last + timedelta(days=1), clock.today()) for part in page_parts.free]
        listed = listed.where(*wanted)
    head = list_head(listed, with_places=with_places)
    categories, places = [("", _("ทุกประเภท")), *head.categories], [("", _("ทุกสถานที่")), *head.places]
    category, count = _asked("category", categories), head.count
    if listed.place_id is not None and place not in dict(places):
        # The place of another unit goes when the unit is changed: it is no wrong input.
        listed, place = replace(listed, place_id=None), ""
        count = listed.count()
    filters = [
        Filter("unit", _("หน่วยงาน"), units, unit),
        *([Filter("place", _("สถานที่"), places, place)] if head.places else []),
        Filter("category", _("ประเภท"), categories, category),
        Filter("status", _("สถานะ"), statuses, status),
        *([Filter("loanable", _("การให้ยืม"), lent, loanable)] if lent else []),
        *imported,
    ]
    return listed, filters, count


def asked(who: Actor) -> tuple[AssetList, dict[str, str], list[str], int]:
    """The list that the address asks for: the list, its filters as parameters and in words, how many rows it has."""
    words = text.clean(request.args.get("q", ""))[:LONGEST_SEARCH]
    free = FreeForm(request.args)
    listed, filters, _count = _listed(who, words, free)
    used = {"q": words} | {item.name: item.value for item in filters} | free.used()
    told = [f"{_('คำค้น')}: {words}"] if words else []
    told += [f"{item.label}: {dict(item.choices)[item.value]}" for item in filters if item.value]
    told += [_("ว่างตั้งแต่ %(first)s ถึง %(last)s", first=format_day(day), last=format_day(until))
             for day, until in filter(None, [free.period()])]  # fmt: skip
    return listed, {name: value for name, value in used.items() if value}, told, listed.count()


@bp.get("/assets")
@access(Permission.ASSET_CARD)
def index() -> ResponseReturnValue:
    """The register as this person may see it."""
    who, words = actor(), text.clean(request.args.get("q", ""))[:LONGEST_SEARCH]
    wanted = page_number()
    free = FreeForm(request.args)
    listed, filters, count = _listed(who, words, free)
    most = most_counted(listed)
    many = count > most
    pages = max(1, -(-min(count, most) // PER_PAGE))
    page = min(wanted, pages)
    assets = replace(listed, frequent=many).page_of_rows(page, PER_PAGE) if count else []
    used = {"q": words} | {item.name: item.value for item in filters} | free.used()
    used = {name: value for name, value in used.items() if value}
    shown_acts, more_acts = _folded(_list_acts(who))
    return render_template(
        "assets/list.html",
        words=words,
        filters=filters,
        used=used,
        free=free,
        has_errors=bool(free.errors),
        count=_count_words(count, most),
        empty=_empty_words(who, filtered=bool(used)),
        rows=_rows(who, assets),
        page=page,
        pages=pages,
        page_url=lambda number: f"{url_for('assets.index')}?{urlencode(used | {'page': str(number)})}",
        acts=shown_acts,
        more_acts=more_acts,
    )


def _list_acts(who: Actor) -> list[Act]:
    """What this person may do with the whole register; the file of what is listed stands beside the count."""
    acts = [act for act in (part(who) for part in page_parts.list_acts) if act is not None]
    if who.has(Permission.LABEL_PRINT):
        acts.insert(1, Act(url_for("labels.choose"), _("พิมพ์ป้าย QR"), sign="qr"))
    if who.has(Permission.ASSET_EDIT):
        acts.insert(0, Act(url_for("assets.new"), _("ลงทะเบียนทรัพย์สิน")))
    return acts


def _folded(acts: list[Act]) -> tuple[list[Act], list[Act]]:
    """What stands beside each other, and what goes under a heading of its own."""
    return (acts, []) if len(acts) <= SHOWN_ACTS + 1 else (acts[:SHOWN_ACTS], acts[SHOWN_ACTS:])


def _count_words(count: int, most: int) -> str:
    """How many there are, or that there are more than were counted."""
    if count > most:
        told = f"{most:,}"
        return str(_("มากกว่า %(most)s รายการ แสดง %(most)s รายการแรก ใช้ตัวกรองหรือคำค้นให้แคบลง", most=told))
    return str(ngettext("%(num)s รายการ", "%(num)s รายการ", count))


def _empty_words(who: Actor, *, filtered: bool) -> str:
    if filtered:
        return _("ไม่พบทรัพย์สินตามเงื่อนไข ลองใช้คำที่สั้นลง หรือล้างตัวกรอง")
    if who.has(Permission.ASSET_IMPORT):
        return _("ยังไม่มีทรัพย์สินที่คุณดูได้ เริ่มด้วยการนำเข้าไฟล์ทะเบียนเดิมของหน่วยงาน หรือลงทะเบียนทีละชิ้น")
    return _("ยังไม่มีทรัพย์สินที่คุณดูได้")


def _rows(who: Actor, assets: list[Asset]) -> list[dict[str, Any]]:
    found = page_parts.statuses_of(who, assets)
    return [
        {
            "number": asset.number,
            "piece": asset.piece,
            "name": asset.name,
            "status": found.get(asset.id) or page_parts.Status(*labels.status_of(asset)),
            "unit": _unit_name(asset.unit_id, short=True),
            "category": asset.category.name if asset.category else "",
            "place": asset.place.name if asset.place and queries.sees_all_of(who, asset) else "",
        }
        for asset in assets
    ]


def _unit_name(unit_id: int, *, short: bool = False) -> str:
    card = unit_tree(clock.today()).get(unit_id)
    if card is None:
        return ""
    return card.label if short else card.name


# --- one asset ------------------------------------------------------------------------------------------------------


def _done_words(done: str) -> str | None:
    """The sentence on top of the page after an act (its address says which)."""
    return {
        "registered": _("ลงทะเบียนแล้ว ต่อไปพิมพ์ป้าย QR แล้วติดที่ตัวเครื่อง"),
        "edited": _("บันทึกการแก้ไขแล้ว"),
        "linked": _("ผูกป้ายกับทรัพย์สินนี้แล้ว สแกนป้ายแล้วจะเปิดรายการนี้"),
        "code": _("ออกรหัสใหม่แล้ว พิมพ์ป้ายแล้วติดแทนดวงเดิม"),
        "revoked": _("ยกเลิกรหัสแล้ว ป้ายดวงนั้นใช้เปิดรายการนี้ไม่ได้อีก"),
        "photo": _("บันทึกรูปแล้ว"),
    }.get(done)


@bp.get("/assets/<path:number>", merge_slashes=False)
@access(Permission.ASSET_CARD)
def detail(number: str) -> ResponseReturnValue:
    """One asset: how it stands, what may be seen of it, its codes and its life."""
    who = actor()
    asset = queries.by_number(who, number, {name: clause() for name, clause in page_parts.traces.items()})
    full = queries.sees_all_of(who, asset)
    photo = photos.of_asset(asset)
    acts, more_acts = _folded(_acts(who, asset, has_photo=photo is not None))
    all_events = request.args.get("history") == "all"
    events = queries.history_of(who, asset, most=None if all_events else SHOWN_EVENTS + 1)
    done = _done_words(request.args.get("done", ""))
    return render_template(
        "assets/detail.html",
        notices=[{"tone": "ok", "text": done}] if done else [],
        asset=asset,
        status=page_parts.statuses_of(who, [asset]).get(asset.id) or page_parts.Status(*labels.status_of(asset)),
        condition=(labels.CONDITION_TONES[asset.condition], labels.CONDITIONS[asset.condition]),
        full=full,
        facts=_facts(asset, full=full),
        codes=asset.codes if full else [],
        printed=last_printed(code.id for code in asset.codes) if full and page_parts.may_have(asset, "labels") else {},
        code_words=labels.code_words,
        code_states=labels.CODE_STATES,
        code_tones=labels.CODE_TONES,
        note=asset.note.splitlines() if full else [],
        photo=photo,
        sections=[found for found in (part(who, asset) for part in page_parts.sections) if found is not None],
        acts=acts,
        more_acts=more_acts,
        entries=[_entry(event) for event in events[: None if all_events else SHOWN_EVENTS]],
        more_events=not all_events and len(events) > SHOWN_EVENTS,
        may_print=who.may(Permission.LABEL_PRINT, unit_id=asset.unit_id),
    )


def _acts(who: Actor, asset: Asset, *, has_photo: bool) -> list[Act]:
    """What this person may do with an asset: the one act of its state first, then what officers do most."""
    acts = []
    may_edit, label = who.may(Permission.ASSET_EDIT, unit_id=asset.unit_id), _label_of(who, asset)
    if may_edit:
        acts.append(Act(url_for("assets.edit", number=asset.number), _("แก้ไขข้อมูล")))
    if label:
        acts.append(Act(url_for("labels.sheet", which="codes", codes=label), _("พิมพ์ป้าย QR"), sign="print"))
    acts += [act for part in page_parts.acts for act in part(who, asset)]
    if may_edit:
        words = _("เปลี่ยนรูป") if has_photo else _("เพิ่มรูป")
        acts.append(Act(url_for("assets.photo", number=asset.number), words, sign="camera"))
    return sorted(acts, key=lambda act: ORDER_OF_TONES.index(act.tone))


def _label_of(who: Actor, asset: Asset) -> str:
    """The code whose label this person prints: the newest in use."""
    if not who.may(Permission.LABEL_PRINT, unit_id=asset.unit_id):
        return ""
    return next((code.code for code in reversed(asset.codes) if code.state is CodeState.LINKED), "")


def _facts(asset: Asset, *, full: bool) -> list[tuple[str, str]]:
    """What may be seen of an asset, in the order of the paper register."""
    names = labels.FIELDS
    card = [
        ("asset_no", asset.number),
        ("category", asset.category.name if asset.category else ""),
        ("unit", _unit_name(asset.unit_id)),
        ("description", asset.description),
        ("brand", asset.brand),
        ("model", asset.model),
        ("accessories", asset.accessories),
    ]
    always = {"asset_no", "category", "unit", "place", "custodian", "received_on", "price"}
    if not full:
        return [(str(names[name]), value) for name, value in card if value or name in always]
    elsewhere = asset.responsible_unit_id != asset.unit_id
    rows = [
        *card,
        ("gfmis_no", asset.gfmis_no or ""),
        ("serial", asset.serial),
        ("place", asset.place.name if asset.place else ""),
        ("responsible_unit", _unit_name(asset.responsible_unit_id) if elsewhere else ""),
        ("custodian", asset.custodian.name if asset.custodian else ""),
        ("custodian_text", asset.custodian_text),
        ("received_on", labels.received_words(asset)),
        ("document_no", asset.document_no),
        ("method", asset.method),
        ("fund", asset.fund),
        ("vendor", asset.vendor),
        ("vendor_address", asset.vendor_address),
        ("vendor_phone", asset.vendor_phone),
        ("price", _("%(amount)s บาท", amount=asset.price.display()) if asset.price is not None else ""),
        ("below_threshold", _("ใช่ ไม่คิดค่าเสื่อมราคา") if asset.below_threshold else ""),
        ("life_years", f"{asset.life_years} ({asset.life_reason})" if asset.life_years is not None else ""),
        ("warranty_until", labels.warranty_words(asset, clock.today())),
        ("unit_of_count", asset.unit_of_count),
    ]
    return [(str(names[name]), value) for name, value in rows if value or name in always]


def _entry(event: AssetEvent) -> dict[str, Any]:
    """An event as the timeline shows it."""
    kind = str(labels.EVENTS[event.kind])
    told = [] if event.kind.value in ("registered", "imported") else labels.changes(event)
    if event.reason:
        told.append(_("เหตุผล: %(reason)s", reason=event.reason))
    return {"title": kind, "when": event.occurred_at, "who": labels.person_words(event), "lines": told}
