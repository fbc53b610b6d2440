"""The tree and one unit: look, add, change, move, take out."""

from __future__ import annotations

from django.contrib import messages
from django.contrib.auth.decorators import login_required
from django.core.exceptions import PermissionDenied
from django.core.paginator import Paginator
from django.http import HttpRequest, HttpResponse
from django.shortcuts import render
from django.urls import reverse
from django.utils.translation import gettext as _
from django.views.decorators.http import require_http_methods, require_POST, require_safe

from skillweek.core.forms import run
from skillweek.organisations import queries
from skillweek.organisations.access import (
    can_end,
    can_manage_organisations,
    can_manage_people,
    can_reset_password,
    can_reset_second_factor,
    grantable_roles,
    is_manager_above,
    scope_of,
    subtree_q,
)
from skillweek.organisations.domain.roster import can_import
from skillweek.organisations.domain.tree import (
    PARENTS,
    add_organisation,
    change_organisation,
    deactivate_organisation,
    kinds_below,
    move_organisation,
    reactivate_organisation,
)
from skillweek.organisations.forms import MoveForm, NewUnitForm, ReasonForm, UnitForm
from skillweek.organisations.models import Invitation, Kind, Line, Organisation, SchoolType
from skillweek.organisations.phones import mask_email, mask_phone
from skillweek.organisations.views.common import act, take_link, to_unit, typed, unit_or_404

_PAGE = 100
#: With so few units on the page, the branches stand open.
_OPEN_BELOW = 30


@login_required
@require_safe
def index(request: HttpRequest) -> HttpResponse:
    """The visible part of the tree, narrowed and paged."""
    chosen = _filter(request)
    page = Paginator(queries.units(request.user, chosen), _PAGE).get_page(request.GET.get("page"))
    rows = list(page.object_list)
    return render(
        request,
        "organisations/index.html",
        {
            "page": page,
            "nodes": queries.as_tree(rows, is_open=chosen.is_set or len(rows) <= _OPEN_BELOW),
            "chosen": chosen,
            "kinds": Kind.choices,
            "lines": Line.choices,
            "school_types": SchoolType.choices,
            "districts": queries.districts(request.user),
            "can_import": can_import(request.user),
        },
    )


def _filter(request: HttpRequest) -> queries.UnitFilter:
    """The filter in the address; nonsense counts as empty."""
    get = request.GET.get
    below = get("below", "")
    return queries.UnitFilter(
        text=typed(request, "q"),
        kind=get("kind", "") if get("kind") in Kind.values else "",
        line=get("line", "") if get("line") in Line.values else "",
        school_type=get("type", "") if get("type") in SchoolType.values else "",
        district=typed(request, "district", 30),
        below=int(below) if below.isascii() and below.isdigit() and len(below) < 12 else 0,
        lacking=get("lacking") == "1",
        inactive=get("inactive") == "1",
    )


@login_required
@require_safe
def unit(request: HttpRequest, pk: int) -> HttpResponse:
    """One unit: details, people, open invitations, history."""
    organisation = unit_or_404(request, pk)
    user = request.user
    manages_people = can_manage_people(user, organisation)
    people = []
    for row in queries.people_of(organisation):
        shown = manages_people or row.user_id == user.pk
        people.append(
            {
                "row": row,
                "phone": row.user.phone or "" if shown else mask_phone(row.user.phone),
                "email": row.user.email or "" if shown else mask_email(row.user.email),
                "can_end": can_end(user, row),
                "can_change": row.role in grantable_roles(user, organisation),
                "can_reset": can_reset_second_factor(user, row.user),
                "can_password": can_reset_password(user, row.user),
            }
        )
    invitations = (
        Invitation.objects.pending().filter(organisation=organisation).select_related("invited_by", "replaces")
    )
    above = Organisation.objects.get_ancestors(organisation)
    return render(
        request,
        "organisations/unit.html",
        {
            "unit": organisation,
            "above": above,
            "below": Organisation.objects.get_children(organisation).filter(is_active=True),
            "people": people,
            "invitations": invitations if manages_people else [],
            "history": queries.history_of_unit(organisation) if manages_people else [],
            "fresh_link": take_link(request, organisation),
            "roles": grantable_roles(user, organisation) if organisation.is_active else [],
            "manages_people": manages_people,
            "manages_unit": can_manage_organisations(user, organisation),
            "manages_above": is_manager_above(user, organisation),
            "can_add": can_manage_organisations(user, organisation) and bool(kinds_below(organisation)),
        },
    )


@login_required
@require_http_methods(["GET", "HEAD", "POST"])
def add(request: HttpRequest, parent: int) -> HttpResponse:
    """Add a unit below another."""
    above = unit_or_404(request, parent)
    kinds = kinds_below(above)
    if not can_manage_organisations(request.user, above) or not kinds:
        raise PermissionDenied
    form = NewUnitForm(request.POST or None, kinds=kinds)
    if form.is_valid():
        data = dict(form.cleaned_data)
        kind, code = data.pop("kind"), data.pop("code")
        made = run(form, lambda: add_organisation(request.user, above, data, kind=kind, code=code))
        if made is not None:
            messages.success(request, _("已增加「%(unit)s」。接着邀请它的联络员吧。") % {"unit": made})
            return to_unit(made.pk)
    title = _("在「%(unit)s」之下增加单位") % {"unit": above}
    return act(request, form, title=title, button=_("增加"), back=reverse("organisations:unit", args=[above.pk]))


@login_required
@require_http_methods(["GET", "HEAD", "POST"])
def change(request: HttpRequest, pk: int) -> HttpResponse:
    """Change a unit's details."""
    organisation = unit_or_404(request, pk)
    if not can_manage_organisations(request.user, organisation):
        raise PermissionDenied
    initial = {key: getattr(organisation, key) for key in UnitForm.base_fields}
    form = UnitForm(request.POST or None, initial=initial)
    if not organisation.is_school:
        del form.fields["school_type"]
    if form.is_valid() and run(form, lambda: change_organisation(request.user, organisation, form.cleaned_data)):
        messages.success(request, _("已保存。"))
        return to_unit(pk)
    title = _("修改「%(unit)s」的资料") % {"unit": organisation}
    return act(request, form, title=title, button=_("保存"), back=reverse("organisations:unit", args=[pk]))


@login_required
@require_http_methods(["GET", "HEAD", "POST"])
def move(request: HttpRequest, pk: int) -> HttpResponse:
    """Put a unit under another bureau."""
    organisation = unit_or_404(request, pk)
    if not is_manager_above(request.user, organisation):
        raise PermissionDenied
    parents = (
        Organisation.objects.filter(subtree_q(scope_of(request.user).managing_paths), is_active=True)
        .filter(kind__in=PARENTS[organisation.kind])
        .exclude(path__startswith=organisation.path)
    )
    form = MoveForm(request.POST or None, parents=parents)
    if form.is_valid():
        data = form.cleaned_data
        if run(form, lambda: move_organisation(request.user, organisation, data["parent"], reason=data["reason"])):
            messages.success(request, _("已移动。新的上级单位现在就能看到它。"))
            return to_unit(pk)
    return act(
        request,
        form,
        title=_("移动「%(unit)s」") % {"unit": organisation},
        lead=_("单位的人员、草稿和报送都随它一起移动；由谁审核会立即改变。"),
        button=_("移动"),
        back=reverse("organisations:unit", args=[pk]),
    )


@login_required
@require_http_methods(["GET", "HEAD", "POST"])
def deactivate(request: HttpRequest, pk: int) -> HttpResponse:
    """Take a unit out of the week."""
    organisation = unit_or_404(request, pk)
    if not is_manager_above(request.user, organisation):
        raise PermissionDenied
    form = ReasonForm(request.POST or None)
    if form.is_valid():
        reason = form.cleaned_data["reason"]
        if run(form, lambda: deactivate_organisation(request.user, organisation, reason=reason)):
            messages.success(request, _("已停用。需要时可以恢复。"))
            return to_unit(pk)
    return act(
        request,
        form,
        title=_("停用「%(unit)s」") % {"unit": organisation},
        lead=_("停用后它的人员立即不能再进入，看板不再要求它报送；已有的报送仍可查看。以后可以恢复。"),
        button=_("停用"),
        danger=True,
        back=reverse("organisations:unit", args=[pk]),
    )


@login_required
@require_POST
def reactivate(request: HttpRequest, pk: int) -> HttpResponse:
    """Bring a unit back."""
    organisation = unit_or_404(request, pk)
    reactivate_organisation(request.user, organisation)
    messages.success(request, _("已恢复，原来的人员可以继续使用。"))
    return to_unit(pk)
