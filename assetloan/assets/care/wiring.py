"""Hangs repairs, plans, papers, custody, moves and sightings on the pages of the register."""

from __future__ import annotations

from flask import Blueprint

from assetloan.assets import file_views, page_parts
from assetloan.assets.care import paper_views, papers, parts, queries, views
from assetloan.assets.custody import labels as custody_labels
from assetloan.assets.custody import move_views, sighting_views
from assetloan.assets.custody import parts as custody_parts
from assetloan.assets.custody import queries as custody_queries
from assetloan.assets.custody import views as custody_views

HANGING = (paper_views, sighting_views, custody_labels)  # their routes and sentences come with their import


def blueprints() -> list[Blueprint]:
    """The pages of both packages, their parts of the asset page and who may read a paper."""
    for section in (parts.set_of, custody_parts.custody_of, parts.care_of, parts.papers_of):
        page_parts.add(page_parts.sections, section)
    for act in (parts.acts, custody_parts.acts):
        page_parts.add(page_parts.acts, act)
    page_parts.traces.update(queries.TRACES | custody_queries.TRACES)
    file_views.checkers[papers.OBJECT] = papers.sees_paper
    return [views.bp, custody_views.bp, move_views.bp]
