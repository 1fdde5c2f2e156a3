"""How the reviewers' desk is doing."""

from flask import render_template

from twinweb.accounts.gate import allow
from twinweb.accounts.models import Role
from twinweb.admin import desk_health
from twinweb.admin.blueprint import bp
from twinweb.kinds import ALL
from twinweb.reference import queries as reference


@bp.get("/desk/")
@allow(Role.ADMIN)
def desk() -> str:
    """In numbers alone: an admin reads nothing that is not approved."""
    names, health = reference.names(), desk_health.desk()
    return render_template(
        "admin/desk.html",
        desk=health,
        kinds=[(one.many, health.kinds[one.kind.name]) for one in ALL if one.kind.name in health.kinds],
        governorates=[one for one in names.governorates.values() if one.slug in health.governorates],
        ages=desk_health.AGES,
        within=desk_health.DECIDED_WITHIN.days,
        forgotten_after=desk_health.FORGOTTEN_AFTER.days,
    )
