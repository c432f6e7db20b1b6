"""Files that were read and never saved, and files of labels: taken away by the tick when nobody needs them any more."""

from __future__ import annotations

from datetime import datetime

from sqlalchemy import delete, select

from assetloan import audit
from assetloan.assets.import_service import EXPIRED, KEPT, KIND, STAGED
from assetloan.assets.importing.models import ImportRow
from assetloan.assets.labelling.making import FRESH
from assetloan.assets.labelling.making import KIND as LABELS
from assetloan.assets.models import ImportBatch
from assetloan.core import beat
from assetloan.core.db import db, transaction
from assetloan.documents.files import File, forget_files
from assetloan.identity.rules import console
from assetloan.identity.sign_in import actor_ref

MOST_AT_ONCE = 50  # of one transaction; the next tick takes the rest


@beat.step("imports", place=96)
def forget_unsaved(now: datetime) -> dict[str, int]:
    """End imports that waited too long, and let the files go that only they had."""
    with transaction() as session:
        old = ImportBatch.state == STAGED, ImportBatch.kind == KIND, ImportBatch.created_at < now - KEPT
        waiting = session.scalars(
            select(ImportBatch).where(*old).order_by(ImportBatch.id).limit(MOST_AT_ONCE).with_for_update()
        ).all()
        for batch in waiting:
            session.execute(delete(ImportRow).where(ImportRow.batch_id == batch.id))
            batch.state, batch.options, batch.result, batch.file_id = EXPIRED, {}, {}, None
            ref = audit.ObjectRef("import", batch.key, batch.unit_id)
            audit.record(actor_ref(console()), "import.expired", ref, at=now, before={"file": batch.file_name})
        keys = [batch.key for batch in waiting]
        session.flush()
        imports = list(session.scalars(select(File).where(File.object_type == "import", File.object_key.in_(keys))))
        of_labels = select(File).where(File.object_type == LABELS, File.created_at < now - 2 * FRESH)
        labels = list(session.scalars(of_labels.order_by(File.id).limit(MOST_AT_ONCE)))
        gone = {file.sha256 for file in (*imports, *labels)}
        for file in (*imports, *labels):
            session.delete(file)
    forget_files(gone, now=now)
    db.session.rollback()
    return {"imports_expired": len(keys), "files_of_labels": len(labels)}
