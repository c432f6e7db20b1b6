"""What can be wrong with a file that somebody gave us, or with the work done on it."""

from __future__ import annotations

from assetloan.core.errors import DomainError


class FileRefused(DomainError):
    """The file cannot be used; the code says why (words in `documents.words`)."""

    @property
    def status(self) -> int:
        return 422


class WorkStopped(DomainError):
    """The throw-away child did not finish: `work_timeout`, `work_too_large`, `work_crashed`, or `work_busy`."""

    @property
    def status(self) -> int:
        return 503
