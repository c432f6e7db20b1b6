"""What people type about themselves: sign-in, set-up, passwords, language, API tokens."""

from __future__ import annotations

from typing import Any

from wtforms import PasswordField, StringField
from wtforms.validators import InputRequired, Length, Optional

from assetloan.core.forms import BaseForm, CleanStringField, RadioField, choices
from assetloan.core.i18n import _, _l
from assetloan.notices.words import CHANNELS

TOO_LONG = _l("ยาวเกินไป ใส่ได้ไม่เกิน %(max)d ตัวอักษร")
LANGUAGE_NAMES = (("th", "ภาษาไทย"), ("en", "English"))


class Given(InputRequired):
    """The field must be filled; the sentence names it, so that the summary can be read alone."""

    def __call__(self, form: Any, field: Any) -> None:
        self.message = _("กรุณากรอก: %(field)s", field=field.label.text)
        super().__call__(form, field)


def longest(most: int) -> Length:
    """At most so many characters."""
    return Length(max=most, message=TOO_LONG)


class SignInForm(BaseForm):
    """User name and password."""

    username = CleanStringField(_l("ชื่อผู้ใช้"), validators=[InputRequired(_l("กรุณากรอกชื่อผู้ใช้")), longest(100)])
    password = PasswordField(_l("รหัสผ่าน"), validators=[InputRequired(_l("กรุณากรอกรหัสผ่าน")), longest(1000)])
    next = StringField()


class NewPasswordForm(BaseForm):
    """A new password by a one-time link."""

    new_password = PasswordField(_l("รหัสผ่านใหม่"), validators=[Given(), longest(1000)])


class ChangePasswordForm(BaseForm):
    """One's own password, old and new."""

    old_password = PasswordField(_l("รหัสผ่านเดิม"), validators=[Given(), longest(1000)])
    new_password = PasswordField(_l("รหัสผ่านใหม่"), validators=[Given(), longest(1000)])


class SetupForm(BaseForm):
    """The first agency and its first administrator."""

    agency_name = CleanStringField(_l("ชื่อหน่วยงาน"), validators=[Given(), longest(200)])
    agency_code = CleanStringField(_l("รหัสหน่วยงาน (ตัวย่อ)"), validators=[Given(), longest(32)])
    name = CleanStringField(_l("ชื่อ-สกุล"), validators=[Given(), longest(200)])
    username = CleanStringField(_l("ชื่อผู้ใช้"), validators=[Given(), longest(64)])
    password = PasswordField(_l("รหัสผ่าน"), validators=[Given(), longest(1000)])


class LanguageForm(BaseForm):
    """The language of one's pages."""

    language = RadioField(_l("ภาษา"), choices=LANGUAGE_NAMES)


class TellingForm(BaseForm):
    """How one wants to be told."""

    channel = RadioField(_l("รับแจ้งเตือนทาง"), choices=choices(CHANNELS.items()))


class TokenForm(BaseForm):
    """What a new API token is for."""

    name = CleanStringField(_l("โทเคนนี้ใช้กับอะไร"), validators=[Optional(), longest(100)])
