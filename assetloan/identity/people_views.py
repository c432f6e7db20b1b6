"""People and their roles: searching, registering, changing, letting in and out, links to set a password."""

from __future__ import annotations

from flask import current_app, render_template, request, url_for
from flask.typing import ResponseReturnValue

from assetloan.core import clock
from assetloan.core.errors import DomainError
from assetloan.core.forms import ActForm, save
from assetloan.core.idempotency import Answer, run_once
from assetloan.identity import directory, grants, labels, paging, queries, service, sign_in
from assetloan.identity.admin_forms import GrantForm, PersonForm
from assetloan.identity.guards import access, actor, owner_key
from assetloan.identity.models import Person
from assetloan.identity.rules import Permission, Role
from assetloan.identity.views import bp

STATES = {"active": True, "left": False}


@bp.get("/people")
@access(Permission.PEOPLE_VIEW)
def people() -> ResponseReturnValue:
    """Search people; those who left are shown when asked for."""
    today = clock.today()
    tree = queries.unit_tree(today)
    words, code, state = paging.words(), request.args.get("unit", ""), paging.one_of("state", ("left", "all"))
    unit = queries.unit_by_code(code, today) if code else None
    wanted = queries.PeopleList(actor(), words, unit.id if unit else None)
    active = None if state == "all" else STATES[state or "active"]
    return render_template(
        "identity/people.html",
        found=directory.people_page(wanted, active=active, page=paging.page_number()),
        tree=tree,
        units=directory.unit_choices(today),
        words=words,
        unit=code,
        state=state,
        roles=labels.ROLES,
        staff=Role.STAFF,
        today=today,
        manages=actor().has(Permission.PEOPLE_MANAGE),
        page_url=paging.page_url("q", "unit", "state"),
    )


@bp.route("/people/new", methods=["GET", "POST"])
@access(Permission.PEOPLE_MANAGE)
def new_person() -> ResponseReturnValue:
    """Register a person."""
    form = PersonForm()
    form.prepare(clock.today())
    if not form.is_submitted():
        return render_template("identity/person_form.html", form=form, person=None)
    if form.validate():
        command = form.command()

        def work() -> str:
            person = service.create_person(actor(), command, now=clock.now())
            return url_for("identity.person", key=person.key)

        answer = save(owner_key(), form, work)
        if answer is not None:
            return answer
    return render_template("identity/person_form.html", form=form, person=None), 422


@bp.get("/people/<key>")
@access(Permission.PEOPLE_VIEW)
def person(key: str) -> ResponseReturnValue:
    """One person: where they belong, which roles they hold and held."""
    return _person_page(key)


def _person_page(key: str, form: ActForm | None = None) -> ResponseReturnValue:
    who, today = actor(), clock.today()
    found = queries.person_for(who, key)
    tree = queries.unit_tree(today)
    page = render_template(
        "identity/person.html",
        person=found,
        unit=tree.get(found.unit_id),
        tree=tree,
        roles=labels.ROLES,
        current=[grant for grant in found.grants if grant.valid_until is None or grant.valid_until >= today],
        past=[grant for grant in found.grants if grant.valid_until is not None and grant.valid_until < today],
        today=today,
        myself=found.id == who.person_id,
        manages=who.may(Permission.PEOPLE_MANAGE, unit_id=None),
        audited=who.has(Permission.AUDIT_VIEW),
        form=form,
        new_act=ActForm,
    )
    return page, 200 if form is None else 422


@bp.route("/people/<key>/edit", methods=["GET", "POST"])
@access(Permission.PEOPLE_MANAGE)
def edit_person(key: str) -> ResponseReturnValue:
    """Change a person's name, place and addresses; refused when somebody was quicker."""
    found = queries.person_for(actor(), key)
    form = PersonForm(data=_as_typed(found))
    form.prepare(clock.today())
    facts = {"key": found.key, "name": found.name}
    if not form.is_submitted():
        return render_template("identity/person_form.html", form=form, person=facts)
    if form.validate():
        command, version = form.command(), form.version.data or ""

        def work() -> str:
            seen = int(version) if version.isascii() and version.isdigit() and len(version) < 10 else 0
            changed = service.edit_person(actor(), key, command, version=seen, now=clock.now())
            return url_for("identity.person", key=changed.key)

        answer = save(owner_key(), form, work)
        if answer is not None:
            return answer
    return render_template("identity/person_form.html", form=form, person=facts), 422


def _as_typed(found: Person) -> dict[str, str | bool]:
    unit = queries.unit_tree(clock.today()).get(found.unit_id)
    return {
        "username": found.username or "",
        "name": found.name,
        "unit": unit.code if unit else "",
        "position": found.position,
        "email": found.email,
        "phone": found.phone,
        "contractor": found.contractor,
        "version": str(found.version),
    }


@bp.post("/people/<key>/active")
@access(Permission.PEOPLE_MANAGE)
def set_active(key: str) -> ResponseReturnValue:
    """Let a person in (active=1) or no longer."""
    form, active = ActForm(), request.form.get("active") == "1"

    def work() -> str:
        service.set_active(actor(), key, active=active, now=clock.now())
        return url_for("identity.person", key=key)

    return (save(owner_key(), form, work) if form.validate() else None) or _person_page(key, form)


@bp.post("/people/<key>/link")
@access(Permission.PEOPLE_MANAGE)
def password_link_for(key: str) -> ResponseReturnValue:
    """A one-time link with which the person sets a password; shown in this answer only."""
    form = ActForm()
    if not form.validate():
        return _person_page(key, form)
    try:
        answer = run_once(
            owner_key(),
            form.key.data or None,
            f"password-link {key}",
            lambda: Answer(200, sign_in.issue_password_link(actor(), key, now=clock.now()), secret=True),
        )
    except DomainError as error:
        if error.code in ("not_allowed", "not_found"):
            raise
        form.add_error(error)
        return _person_page(key, form)
    found = queries.person_for(actor(), key)
    link = f"{current_app.config['SETTINGS'].base_url}/password/{answer.body}"
    return render_template("identity/link_made.html", person=found, link=link)


@bp.route("/people/<key>/roles", methods=["GET", "POST"])
@access(Permission.PEOPLE_MANAGE)
def grant_role(key: str) -> ResponseReturnValue:
    """Give a role over a unit, from a day to a day."""
    found = queries.person_for(actor(), key)
    today = clock.today()
    home = queries.unit_tree(today).get(found.unit_id)
    form = GrantForm(data={"unit": home.code if home else "", "valid_from": today})
    form.prepare(today)
    facts = {"key": found.key, "name": found.name}
    if not form.is_submitted():
        return render_template("identity/grant.html", form=form, person=facts)
    if form.validate():
        unit_id = queries.unit_by_code(form.unit.data, today).id if form.unit.data else None

        def work() -> str:
            grants.grant_role(
                actor(),
                key,
                Role(form.role.data),
                unit_id=unit_id,
                with_below=bool(form.with_below.data),
                order_no=form.order_no.data or "",
                valid_from=form.valid_from.data,
                valid_until=form.valid_until.data,
                now=clock.now(),
            )
            return url_for("identity.person", key=key)

        answer = save(owner_key(), form, work)
        if answer is not None:
            return answer
    return render_template("identity/grant.html", form=form, person=facts), 422


@bp.post("/people/<key>/roles/<int:grant_id>/revoke")
@access(Permission.PEOPLE_MANAGE)
def revoke_role(key: str, grant_id: int) -> ResponseReturnValue:
    """End a role from today on."""
    form = ActForm()

    def work() -> str:
        grants.revoke_role(actor(), key, grant_id, now=clock.now())
        return url_for("identity.person", key=key)

    return (save(owner_key(), form, work) if form.validate() else None) or _person_page(key, form)
