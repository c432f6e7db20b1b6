"""The register [ทะเบียนครุภัณฑ์]: assets, categories, places, codes, import."""

from __future__ import annotations

from flask import Blueprint


def blueprints() -> list[Blueprint]:
    """The pages of this package."""
    from assetloan.assets import (  # noqa: F401 - some only hang their routes and sentences
        category_views,
        code_views,
        edit_views,
        file_views,
        import_views,
        kinds,
        label_views,
        labels,
        page_parts,
        photo_views,
        printer_views,
        scan_log_views,
        unit_use,
        views,
    )
    from assetloan.assets.care import wiring as care
    from assetloan.assets.exporting import views as export_views
    from assetloan.assets.finding import views as finding_views
    from assetloan.assets.labelling import barcode_views, number_views, round_views
    from assetloan.assets.labelling import queries as label_queries
    from assetloan.assets.reconciling import views as book_views
    from assetloan.assets.valuation import life_views  # noqa: F401 - hangs its routes
    from assetloan.assets.valuation import views as card_views
    from assetloan.identity.closing import unit_users
    from assetloan.identity.delegations import kind_sources
    from assetloan.identity.nav import nav_sources

    if views.nav not in nav_sources:
        nav_sources.append(views.nav)
    if kinds.listed not in kind_sources:
        kind_sources.append(kinds.listed)
    if unit_use.of_unit not in unit_users:
        unit_users.append(unit_use.of_unit)
    page_parts.add(page_parts.list_acts, export_views.act)
    page_parts.add(page_parts.list_acts, import_views.act)
    page_parts.add(page_parts.acts, card_views.act)
    page_parts.traces["labels"] = label_queries.printed
    page_parts.add(page_parts.acts, barcode_views.act)
    page_parts.add(page_parts.list_acts, round_views.act)
    page_parts.add(page_parts.list_acts, finding_views.filters_act)
    return [
        card_views.bp,
        import_views.bp,
        export_views.bp,
        book_views.bp,
        views.bp,
        round_views.bp,
        number_views.bp,
        finding_views.bp,
        code_views.bp,
        category_views.bp,
        label_views.bp,
        printer_views.bp,
        scan_log_views.bp,
        file_views.bp,
        *care.blueprints(),
    ]
