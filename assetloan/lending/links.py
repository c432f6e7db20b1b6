"""The ways to the pages of loans: header, home page and menu, each with what waits there for this person."""

from __future__ import annotations

from dataclasses import dataclass
from datetime import date

from flask import g, url_for

from assetloan.core import clock
from assetloan.core.i18n import _, format_day
from assetloan.identity.nav import NavItem
from assetloan.identity.rules import Actor, Permission, Role
from assetloan.lending import labels, page_queries
from assetloan.lending.chasing import queries as chasing
from assetloan.lending.models import LoanLine
from assetloan.lending.page_queries import Counts
from assetloan.lending.rules import LineState

P = Permission


@dataclass(frozen=True, slots=True)
class Task:
    """Something that waits for a person today, or that they often do."""

    url: str
    text: str
    count: int | None = None
    note: str = ""
    tone: str = "wait"


def counts(actor: Actor) -> Counts:
    """What waits for this person, asked once per page."""
    if "waiting_counts" not in g:
        g.waiting_counts = page_queries.counts(actor, clock.today())
    found: Counts = g.waiting_counts
    return found


def decides(actor: Actor) -> bool:
    """Does this person decide requests, by post or by order?"""
    return actor.has(P.LOAN_APPROVE_INSIDE) or actor.has(P.LOAN_APPROVE_OUTSIDE)


# --- the header ------------------------------------------------------------------------------------------------------


def approvals_nav(actor: Actor) -> NavItem | None:
    """The approver's inbox."""
    if not decides(actor):
        return None
    return NavItem(url_for("lending.approvals"), _("รออนุมัติ"), "lending.approvals", counts(actor).approvals)


def returns_nav(actor: Actor) -> NavItem | None:
    """The Secretariat's inbox."""
    if not actor.has(P.RETURN_APPROVE):
        return None
    return NavItem(url_for("returns.inbox"), _("อนุมัติการคืน"), "returns.inbox", counts(actor).returns)


def receive_nav(actor: Actor) -> NavItem | None:
    """What the desk takes back."""
    if not actor.has(P.LOAN_RECEIVE):
        return None
    return NavItem(url_for("lending.return_list"), _("รับคืน"), "lending.return_list", counts(actor).receive)


def hand_over_nav(actor: Actor) -> NavItem | None:
    """What the desk hands over."""
    if not actor.has(P.LOAN_HAND_OVER):
        return None
    return NavItem(url_for("lending.hand_over_list"), _("ส่งมอบ"), "lending.hand_over_list", counts(actor).hand_over)


def mine_nav(actor: Actor) -> NavItem | None:
    """My things."""
    return NavItem(url_for("lending.mine"), _("รายการของฉัน"), "lending.mine") if actor.has(P.LOAN_REQUEST) else None


NAV = (returns_nav, approvals_nav, hand_over_nav, receive_nav, mine_nav)


# --- the home page ---------------------------------------------------------------------------------------------------


def waiting(actor: Actor) -> list[Task]:
    """What waits for this person today: their own things first, then the work of their posts."""
    own = _own(page_queries.my_open_lines(actor), clock.today()) if actor.has(P.LOAN_REQUEST) else []
    return own + for_posts(actor)


def for_posts(actor: Actor) -> list[Task]:
    """What others wait for: decisions, the desk, chasing, the end of returns."""
    found = counts(actor)
    offered = (
        (found.accepts, "lending.mine", _("ของที่มีผู้โอนให้ รอคุณยืนยัน"), "wait"),
        (found.approvals, "lending.approvals", _("คำขอรอคุณพิจารณา"), "wait"),
        (found.hand_over, "lending.hand_over_list", _("ของที่อนุมัติแล้วรอส่งมอบ"), "wait"),
        (found.receive, "lending.return_list", _("ของที่แจ้งคืนรอตรวจรับ"), "wait"),
        (found.overdue, "chasing.index", _("ของเกินกำหนดที่ต้องติดตาม (ข้อ 211)"), "late"),
        (found.returns, "returns.inbox", _("การคืนรออนุมัติ"), "wait"),
        (found.compensations, "returns.compensations", _("เรื่องชดใช้ที่ยังไม่ยุติ"), "wait"),
    )
    tasks = [Task(url_for(page), words, number, tone=tone) for number, page, words, tone in offered if number]
    return [_with_days(actor, task) if task.tone == "late" else task for task in tasks] + _escalated(actor)


def _with_days(actor: Actor, task: Task) -> Task:
    """How many still have to be chased, and until when."""
    count, last = chasing.unchased(actor, clock.today())
    if not count or last is None:
        return task
    note = _("ยังไม่ได้ทวง %(count)s ชิ้น ต้องทวงภายใน%(day)s", count=count, day=format_day(last, "full"))
    return Task(task.url, task.text, task.count, note, task.tone)


def _escalated(actor: Actor) -> list[Task]:
    """What is still out after the days for chasing, for heads and the Secretariat."""
    if not actor.roles & {Role.HEAD, Role.SECRETARIAT}:
        return []
    count = chasing.OverdueList(actor, clock.today(), escalated=True).count()
    words = _("ของที่พ้นเวลาทวงแล้วยังไม่คืน")
    return [Task(url_for("chasing.index", late=1), words, count, tone="late")] if count else []


def _own(lines: list[LoanLine], today: date) -> list[Task]:
    url, tasks = url_for("lending.mine"), []
    out = [line for line in lines if line.state is LineState.HANDED_OVER]
    late = [line for line in out if line.due_on < today]
    due = [line for line in out if line.due_on == today]
    ready = [line for line in lines if line.state is LineState.APPROVED and line.claim_from <= today <= line.due_on]
    if late:
        tasks.append(Task(url, _("คุณมีของเกินกำหนด"), len(late), labels.names_of(late), "late"))
    if due:
        tasks.append(Task(url, _("ของที่ครบกำหนดคืนวันนี้"), len(due), labels.names_of(due)))
    if ready:
        tasks.append(Task(url, _("ของที่คุณขอ อนุมัติแล้ว ไปรับได้"), len(ready), labels.names_of(ready), "ok"))
    return tasks


def most_done(actor: Actor) -> list[Task]:
    """The three things this person does most, by post."""
    offered = (
        (actor.has(P.LOAN_RECEIVE), "lending.return_list", _("รับคืน"), _("ตรวจสภาพ บันทึกรูป")),
        (actor.has(P.LOAN_HAND_OVER), "lending.hand_over_list", _("ส่งมอบ"), _("ของที่อนุมัติแล้ว")),
        (actor.has(P.RETURN_APPROVE), "returns.inbox", _("อนุมัติการคืน"), _("จากทุกหน่วยงาน")),
        (decides(actor), "lending.approvals", _("รออนุมัติ"), _("คำขอยืมที่คุณพิจารณา")),
        (actor.has(P.LOAN_REQUEST), "lending.basket", _("ยืมหลายชิ้น"), _("สแกนต่อกัน ส่งคำขอครั้งเดียว")),
        (actor.has(P.LOAN_REQUEST), "lending.mine", _("รายการของฉัน"), _("กำลังยืม รออนุมัติ ที่ผ่านมา")),
        (actor.has(P.ASSET_CARD), "assets.index", _("ค้นหาทรัพย์สิน"), _("ดูว่าชิ้นไหนว่าง")),
    )
    return [Task(url_for(page), words, note=note) for allowed, page, words, note in offered if allowed][:3]


def more(actor: Actor) -> list[Task]:
    """Everything else about loans."""
    seen = actor.scope(P.LOAN_VIEW)
    sees_more = seen.everything or bool(seen.units)
    offered = (
        (actor.has(P.LOAN_REQUEST), "lending.basket", _("ยืมหลายชิ้น")),
        (actor.has(P.LOAN_REQUEST), "booking.kinds", _("จองล่วงหน้า")),
        (actor.has(P.LOAN_REQUEST), "lending.mine", _("รายการของฉัน")),
        (actor.has(P.LOAN_REQUEST), "booking.feeds", _("ปฏิทินในโทรศัพท์")),
        (sees_more, "lending.register", _("ทะเบียนใบยืม")),
        (sees_more, "chasing.index", _("ติดตามทวงคืน")),
        (sees_more, "returns.compensations", _("เรื่องชดใช้")),
        (sees_more, "standing.index", _("คำสั่งอนุมัติล่วงหน้า")),
        (actor.has(P.ASSET_VIEW), "lending.before_buying", _("ก่อนซื้อ ตรวจของว่าง")),
    )
    return [Task(url_for(page), words) for allowed, page, words in offered if allowed]
