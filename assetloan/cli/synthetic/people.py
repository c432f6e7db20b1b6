"""The units and people of the synthetic agency, entered by the services."""

from __future__ import annotations

from dataclasses import dataclass, field
from random import Random

from assetloan.cli import standard
from assetloan.cli.synthetic.size import Size
from assetloan.core import clock
from assetloan.core.db import db, transaction
from assetloan.identity import service
from assetloan.identity.models import UnitKind
from assetloan.identity.queries import unit_tree
from assetloan.identity.rules import Role, console
from assetloan.identity.service import PersonData, UnitData

AGENCY, OFFICE = "DEP", "SLK"
WORK = (
    *("บริหารทรัพยากรบุคคล", "ยุทธศาสตร์และแผนงาน", "เทคโนโลยีสารสนเทศ", "กฎหมาย", "คุ้มครองสวัสดิภาพ"),
    *("พัฒนานวัตกรรม", "สื่อสารองค์กร", "มาตรฐานบริการ", "กองทุน"),
)
TOWNS = (
    *("ขอนแก่น", "เชียงใหม่", "สงขลา", "นครราชสีมา", "ชลบุรี", "อุบลราชธานี", "พิษณุโลก", "สุราษฎร์ธานี"),
    *("อุดรธานี", "นครสวรรค์", "ระยอง", "ตรัง", "ลพบุรี", "กาญจนบุรี", "หนองคาย", "น่าน"),
)
FIRST = (
    *("สมชาย", "วิภาดา", "ประเสริฐ", "กมลวรรณ", "ธนากร", "สุนิสา", "ณัฐพล", "อรทัย", "ชัยวัฒน์", "พิมพ์ใจ"),
    *("วรวุฒิ", "จิราภรณ์", "อนุชา", "ศิริพร", "ปิยะ", "รัตนา", "เกรียงไกร", "มาลี", "ธีรยุทธ", "นงลักษณ์"),
)
LAST = (
    *("ใจดี", "ศรีสุข", "ทองคำ", "วงศ์สวัสดิ์", "แก้วมณี", "บุญมา", "รุ่งเรือง", "พงษ์พานิช", "สุขเกษม", "จันทร์แจ่ม"),
    *("อินทร์แก้ว", "มั่นคง", "ชัยชนะ", "เพชรรัตน์", "แสงทอง", "ประทีป", "ไชยวงศ์", "นาคสุข", "ธรรมดี", "เจริญผล"),
)


@dataclass(frozen=True, slots=True)
class Member:
    """One person, in plain values."""

    id: int
    name: str
    position: str
    unit_id: int


@dataclass(slots=True)
class Lender:
    """A unit that owns things: who heads it, who keeps its store."""

    id: int
    code: str
    post: str
    head: Member
    officer: Member


@dataclass(slots=True)
class Cast:
    """Everybody."""

    units: list[Lender] = field(default_factory=list)
    people: list[Member] = field(default_factory=list)
    director: Member | None = None
    director_post: str = ""


def enter(size: Size, rng: Random) -> Cast:
    """Units, posts and people: more of them the more there is to own."""
    standard.ensure()
    now = size.office_time(-2.0)
    count = max(3, min(27, size.assets // 40))
    cast = Cast()
    with transaction():
        service.create_unit(console(), UnitData(AGENCY, "กรมตัวอย่าง", UnitKind.AGENCY, ""), now=now)
        service.create_unit(console(), UnitData(OFFICE, "สำนักงานเลขานุการกรม", UnitKind.DIVISION, AGENCY), now=now)
        codes = [OFFICE]
        for number in range(1, count):
            codes.append(f"U{number:03d}")
            if number <= len(WORK):
                data = UnitData(codes[-1], f"กอง{WORK[number - 1]}", UnitKind.DIVISION, AGENCY)
            else:
                town = TOWNS[(number - len(WORK) - 1) % len(TOWNS)]
                data = UnitData(codes[-1], f"ศูนย์บริการจังหวัด{town} ที่ {number}", UnitKind.CENTRE, AGENCY)
            service.create_unit(console(), data, now=now)
        _hire(cast, codes, max(40, min(2_000, size.assets // 100)), rng, size)
    db.session.remove()
    return cast


def _hire(cast: Cast, codes: list[str], count: int, rng: Random, size: Size) -> None:
    now = size.office_time(-2.0)
    tree = unit_tree(clock.bangkok_date(now))
    serial = iter(range(1, 1_000_000))

    def hire(code: str, position: str, *roles: Role) -> Member:
        number = next(serial)
        name = f"{rng.choice(('นาย', 'นางสาว'))}{rng.choice(FIRST)} {rng.choice(LAST)} {number}"
        data = PersonData(f"p{number:05d}", name, code, position, roles=tuple((role, "") for role in roles))
        person = service.create_person(console(), data, now=now)
        member = Member(person.id, person.name, position, tree.by_code[code.casefold()].id)
        cast.people.append(member)
        return member

    cast.director = hire(AGENCY, "อธิบดี", Role.DIRECTOR)
    cast.director_post = service.post_name(Role.DIRECTOR, None)
    hire(AGENCY, "นักวิชาการคอมพิวเตอร์", Role.ADMIN)
    hire(AGENCY, "นักวิชาการตรวจสอบภายใน", Role.AUDITOR)
    hire(OFFICE, "เลขานุการกรม", Role.SECRETARIAT)
    for code in codes:
        unit = tree.by_code[code.casefold()]
        head = hire(code, f"ผู้อำนวยการ{unit.name}", Role.HEAD)
        officer = hire(code, "เจ้าพนักงานพัสดุ", Role.OFFICER)
        cast.units.append(Lender(unit.id, unit.code, service.post_name(Role.HEAD, unit), head, officer))
    for _number in range(count):
        hire(rng.choice(codes), "นักพัฒนาสังคม")
