"""What every form shares: sentences in our language that say which field they are about."""

from __future__ import annotations

import pytest
from flask import Flask
from wtforms.validators import InputRequired, Length

from assetloan.core.errors import FieldError, Invalid
from assetloan.core.forms import BaseForm, CleanStringField, DateRequired, ThaiDateField, WholeNumberField

LONG = "ก" * 61


class Asking(BaseForm):
    name = CleanStringField("ชื่อ", validators=[InputRequired("กรุณาตั้งชื่อเครื่องพิมพ์"), Length(max=60)])
    count = WholeNumberField("จำนวน", least=1, most=120)
    since = ThaiDateField("ตั้งแต่วันที่", validators=[DateRequired()])


def sentences(app: Flask, **typed: str) -> dict[str, list[str]]:
    with app.test_request_context(method="POST", data={"name": "x", "count": "1", "since-day": ""} | typed):
        form = Asking(meta={"csrf": False})
        assert form.validate_on_submit() is False
        return {name: list(errors) for name, errors in form.errors.items() if name}


@pytest.mark.parametrize(
    ("typed", "field", "sentence"),
    [
        ({"name": LONG}, "name", "ชื่อ: ยาวเกินไป ใส่ได้ไม่เกิน 60 ตัวอักษร"),
        ({"count": "abc"}, "count", "จำนวน: ใส่ตัวเลขจำนวนเต็มตั้งแต่ 1 ถึง 120"),
        ({}, "since", "ตั้งแต่วันที่: กรุณาระบุวันที่"),
        (
            {"since-day": "31", "since-month": "2", "since-year": "2569"},
            "since",
            "ตั้งแต่วันที่: ไม่มีวันที่นี้ในปฏิทิน กรุณากรอกวัน เดือน ปี พ.ศ. เช่น 25 11 2569",
        ),
        ({"name": ""}, "name", "กรุณาตั้งชื่อเครื่องพิมพ์"),
    ],
)
def test_a_sentence_that_fits_any_field_says_which(
    app: Flask, typed: dict[str, str], field: str, sentence: str
) -> None:
    assert sentences(app, **typed)[field] == [sentence]


def test_a_refusal_of_a_rule_says_which_field_too(app: Flask) -> None:
    with app.test_request_context():
        form = Asking(meta={"csrf": False})
        form.add_error(Invalid(FieldError("name", "required"), FieldError("elsewhere", "required")))
        assert form.name.errors == ["ชื่อ: กรุณากรอกช่องนี้"]
        assert form.form_errors == ["กรุณากรอกช่องนี้"]
