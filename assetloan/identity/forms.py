"""What people type about themselves: sign-in, set-up, passwords."""

from __future__ import annotations

from wtforms import PasswordField, StringField
from wtforms.validators import InputRequired, Length

from assetloan.core.forms import BaseForm, CleanStringField
from assetloan.core.i18n import _l

REQUIRED = _l("กรุณากรอกช่องนี้")


class SignInForm(BaseForm):
    """User name and password."""

    username = CleanStringField(_l("ชื่อผู้ใช้"), validators=[InputRequired(_l("กรุณากรอกชื่อผู้ใช้")), Length(max=100)])
    password = PasswordField(_l("รหัสผ่าน"), validators=[InputRequired(_l("กรุณากรอกรหัสผ่าน")), Length(max=200)])
    next = StringField()


class NewPasswordForm(BaseForm):
    """A new password by a one-time link."""

    new_password = PasswordField(_l("รหัสผ่านใหม่"), validators=[InputRequired(REQUIRED), Length(max=400)])


class ChangePasswordForm(NewPasswordForm):
    """One's own password, old and new."""

    old_password = PasswordField(_l("รหัสผ่านเดิม"), validators=[InputRequired(REQUIRED), Length(max=400)])


class SetupForm(BaseForm):
    """The first agency and its first administrator."""

    agency_name = CleanStringField(_l("ชื่อหน่วยงาน"), validators=[InputRequired(REQUIRED), Length(max=200)])
    agency_code = CleanStringField(_l("รหัสหน่วยงาน (ตัวย่อ)"), validators=[InputRequired(REQUIRED), Length(max=32)])
    name = CleanStringField(_l("ชื่อ-สกุลผู้ดูแลระบบ"), validators=[InputRequired(REQUIRED), Length(max=200)])
    username = CleanStringField(_l("ชื่อผู้ใช้"), validators=[InputRequired(REQUIRED), Length(max=64)])
    password = PasswordField(_l("รหัสผ่าน"), validators=[InputRequired(REQUIRED), Length(max=400)])
