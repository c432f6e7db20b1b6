"""The register import, its pure part: from the cells of a file to rows that the service can judge and write."""

from assetloan.assets.importing import words  # noqa: F401 - registers the sentences
from assetloan.assets.importing.answers import NOTHING_SAID, Answers, PriceMeans
from assetloan.assets.importing.headers import ASSETS, EXPORT_HEADINGS
from assetloan.assets.importing.rows import read_assets

__all__ = ["ASSETS", "EXPORT_HEADINGS", "NOTHING_SAID", "Answers", "PriceMeans", "read_assets"]
