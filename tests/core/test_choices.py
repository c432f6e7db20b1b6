"""Choices given as pairs reach the form library as it wants them; a warning of it fails the tests."""

from __future__ import annotations

import pytest
from flask import Flask
from wtforms.fields.choices import SelectChoice

from assetloan.core.forms import BaseForm, CheckboxesField, RadioField, SelectField

PAIRS = [("a", "หนึ่ง"), ("b", "สอง")]


class ChoosingForm(BaseForm):
    """One field of each kind."""

    listed = SelectField("ก", choices=PAIRS)
    card = RadioField("ข", choices=PAIRS)
    several = CheckboxesField("ค", choices=PAIRS)
    later = SelectField("ง")


@pytest.mark.parametrize("name", ["listed", "card", "several", "later"])
def test_pairs_become_choices_wherever_they_are_given(app: Flask, name: str) -> None:
    with app.test_request_context("/"):
        form = ChoosingForm()
        form.later.choices = PAIRS
        field = form[name]
        assert [type(choice) for choice in field.choices] == [SelectChoice, SelectChoice]
        assert [(choice.value, choice.label) for choice in field.iter_choices()] == PAIRS


def test_what_is_not_offered_is_refused(app: Flask) -> None:
    posted = {"listed": "a", "card": "c", "several": "b", "later": "b"}
    with app.test_request_context("/", method="POST", data=posted):
        form = ChoosingForm(meta={"csrf": False})
        form.later.choices = PAIRS
        assert not form.validate()
        assert list(form.errors) == ["card"]
