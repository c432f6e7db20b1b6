"""Mail over SMTP: one conversation for many messages, encrypted unless told otherwise, never waiting longer than 10 s.

A certificate that cannot be trusted is refused: a password is never given to whoever answers. What a server said goes
nowhere but into the kind of failure: it may hold addresses and secrets.
"""

from __future__ import annotations

import smtplib
import ssl
from dataclasses import dataclass
from datetime import datetime
from email.headerregistry import Address
from email.message import EmailMessage
from email.policy import SMTP
from email.utils import format_datetime
from types import TracebackType

from assetloan.config import MailSettings
from assetloan.core import clock, text
from assetloan.notices import rules
from assetloan.notices.failures import Undelivered

TIMEOUT = 10.0
LONGEST_NAME, LONGEST_SUBJECT = 100, 200


@dataclass(frozen=True, slots=True)
class Letter:
    """What is said to one person, in plain text and as a simple page."""

    name: str
    address: str
    sender: str
    subject: str
    plain: str
    html: str


def composed(letter: Letter, settings: MailSettings, *, key: str, host: str, at: datetime) -> EmailMessage:
    """The letter as a message; the same key makes the same message id. Raises Undelivered."""
    if not rules.is_address(letter.address):
        raise Undelivered("address_invalid", again=False)
    message = EmailMessage(policy=SMTP)
    message["From"] = Address(_name(letter.sender), addr_spec=settings.sender)
    message["To"] = Address(_name(letter.name), addr_spec=letter.address)
    message["Subject"] = text.clean(letter.subject)[:LONGEST_SUBJECT]
    message["Date"] = format_datetime(clock.in_bangkok(at))
    message["Message-ID"] = f"<{key}@{host}>"
    message["Auto-Submitted"] = "auto-generated"
    message["X-Auto-Response-Suppress"] = "All"
    message.set_content(letter.plain, cte="base64")
    message.add_alternative(letter.html, subtype="html", cte="base64")
    return message


def _name(words: str) -> str:
    """A name as a header can hold it: one line."""
    return text.clean(words)[:LONGEST_NAME]


class Postman:
    """A conversation with the mail server, begun with the first message. Use as a context manager."""

    def __init__(self, settings: MailSettings, *, host: str) -> None:
        self.settings, self.host = settings, host
        self._line: smtplib.SMTP | None = None

    def __enter__(self) -> Postman:
        return self

    def __exit__(
        self, kind: type[BaseException] | None, error: BaseException | None, trace: TracebackType | None
    ) -> None:
        self._hang_up()

    def send(self, message: EmailMessage) -> None:
        """Give one message to the server. Raises Undelivered."""
        try:
            if self._line is None:
                self._line = self._call()
            self._line.send_message(message)
        except Exception as error:
            self._hang_up()
            raise failure(error) from error

    def _call(self) -> smtplib.SMTP:
        given = self.settings
        trusted = ssl.create_default_context()
        line: smtplib.SMTP
        if given.tls == "ssl":
            line = smtplib.SMTP_SSL(given.host, given.port, local_hostname=self.host, timeout=TIMEOUT, context=trusted)
        else:
            line = smtplib.SMTP(given.host, given.port, local_hostname=self.host, timeout=TIMEOUT)
        try:
            if given.tls == "starttls":
                line.starttls(context=trusted)
            if given.user:
                line.login(given.user, given.password)
        except BaseException:
            line.close()
            raise
        return line

    def _hang_up(self) -> None:
        line, self._line = self._line, None
        if line is None:
            return
        try:
            line.quit()
        except (smtplib.SMTPException, OSError):
            line.close()


def failure(error: Exception) -> Undelivered:
    """What went wrong: for this message alone or for all, for good or for now."""
    if isinstance(error, Undelivered):
        return error
    if isinstance(error, smtplib.SMTPRecipientsRefused):
        codes = [code for code, _words in error.recipients.values()]
        return Undelivered("recipient_refused", again=not any(code >= 500 for code in codes))
    if isinstance(error, smtplib.SMTPDataError):
        return Undelivered("mail_refused", again=error.smtp_code < 500)
    if isinstance(error, smtplib.SMTPAuthenticationError):
        return Undelivered("smtp_auth", again=True, for_all=True)
    if isinstance(error, smtplib.SMTPSenderRefused):
        return Undelivered("sender_refused", again=True, for_all=True)
    if isinstance(error, (ssl.SSLError, smtplib.SMTPNotSupportedError)):
        return Undelivered("smtp_tls", again=True, for_all=True)
    if isinstance(error, TimeoutError) or isinstance(error.__context__, TimeoutError):
        return Undelivered("smtp_timeout", again=True, for_all=True)
    if isinstance(error, (OSError, smtplib.SMTPException)):
        return Undelivered("smtp_unreachable", again=True, for_all=True)
    return Undelivered("not_composed", again=True)
