"""Borrowing and return [ยืม–คืน]: request, approval, hand-over, receipt, approval of the return, compensation."""

from __future__ import annotations

from flask import Blueprint


def blueprints() -> list[Blueprint]:
    """The pages of this package."""
    from assetloan.assets import file_views, page_parts
    from assetloan.assets.custody import claims
    from assetloan.assets.finding.queries import look
    from assetloan.identity.closing import unit_users
    from assetloan.identity.nav import nav_sources
    from assetloan.lending import (  # noqa: F401 - some only hang their routes and sentences
        approval_views,
        asset_parts,
        basket_views,
        desk_views,
        finding_parts,
        idle_views,
        labels,
        links,
        receive_views,
        register_views,
        return_views,
        standing_views,
        unit_use,
        views,
    )
    from assetloan.lending.booking import feed_views, kind_views, opening_views  # noqa: F401 - they hang their routes
    from assetloan.lending.booking import parts as booking_parts
    from assetloan.lending.booking import views as booking_views
    from assetloan.lending.changing import labels as changing_labels  # noqa: F401 - its sentences register themselves
    from assetloan.lending.changing import views as changing_views
    from assetloan.lending.chasing import post, steps  # noqa: F401 - the steps of the tick register themselves
    from assetloan.lending.chasing import views as chasing_views
    from assetloan.notices import delivery, digest  # noqa: F401 - its steps register themselves

    if links.mine_nav not in nav_sources:
        nav_sources[0:0] = links.NAV  # what waits stands first in the header, also on phones
    if unit_use.of_unit not in unit_users:
        unit_users.append(unit_use.of_unit)
    page_parts.add(page_parts.statuses, asset_parts.statuses)
    page_parts.add(page_parts.sections, asset_parts.loans_of)
    page_parts.add(page_parts.acts, asset_parts.acts)
    page_parts.add(page_parts.acts, booking_parts.calendar_act)
    page_parts.add(claims.claimed, asset_parts.claimed)
    page_parts.add(page_parts.free, finding_parts.free_between)
    page_parts.add(look.borrowers, finding_parts.borrowers)
    page_parts.add(look.lent_to, finding_parts.lent_to)
    if post.sections not in digest.sources:
        digest.sources.append(post.sections)
        digest.candidates.append(post.candidates)
    file_views.checkers["loan_line"] = asset_parts.sees_file
    file_views.checkers["loan_line_out"] = asset_parts.sees_file
    from assetloan.lending.authority import labels as authority_labels  # noqa: F401 - its sentences register themselves
    from assetloan.lending.authority import letters
    from assetloan.lending.authority import views as authority_views
    from assetloan.lending.settling import inbox_views  # noqa: F401 - hangs its routes
    from assetloan.lending.settling import labels as settling_labels  # noqa: F401 - its sentences register themselves
    from assetloan.lending.settling import queries as settling_queries

    file_views.checkers[letters.OBJECT] = letters.sees_letter
    file_views.checkers[settling_queries.EVIDENCE] = settling_queries.sees_evidence
    return [
        authority_views.bp,
        chasing_views.bp,
        views.bp,
        changing_views.bp,
        return_views.bp,
        standing_views.bp,
        booking_views.bp,
    ]
