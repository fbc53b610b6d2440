"""Pages in the workspace: find, write, preview, publish (D6)."""

from __future__ import annotations

from django.contrib import messages
from django.contrib.auth.decorators import login_required
from django.core.paginator import Paginator
from django.http import Http404, HttpRequest, HttpResponse
from django.shortcuts import get_object_or_404, redirect, render
from django.utils.translation import gettext as _
from django.views.decorators.http import require_GET, require_http_methods, require_POST

from skillweek.content.access import editing_organisations, is_open, kinds_for, pages_visible_to
from skillweek.content.domain import pages as verbs
from skillweek.content.editorial import versions_of
from skillweek.content.forms_pages import PageForm
from skillweek.content.models import Page
from skillweek.content.queries import PageFilter, address_of
from skillweek.content.views.common import chosen_edition, editable_page, page_context, page_of
from skillweek.content.views.editing import conflict_shown, publication_asked, publish_form_of, said_after_saving
from skillweek.core.errors import Conflict, DomainError
from skillweek.core.forms import run
from skillweek.organisations.models import Organisation

_PER_PAGE = 20


@require_GET
@login_required
def index(request: HttpRequest) -> HttpResponse:
    """Find pages. Who writes none is led to the library, which everybody has."""
    makers = [(one, kinds_for(one)) for one in editing_organisations(request.user)]
    if not makers:
        return redirect("content:assets")
    edition = chosen_edition(request)
    chosen = PageFilter.from_query(request.GET)
    rows = chosen.apply(pages_visible_to(request.user).filter(edition=edition))
    context = {
        "edition": edition,
        "chosen": chosen,
        "page": Paginator(rows, _PER_PAGE).get_page(request.GET.get("page")),
        "kinds": Page.Kind.choices,
        "states": Page.State.choices,
        "makers": makers if edition is not None and is_open(edition) else [],
    }
    return render(request, "content/index.html", context)


@require_http_methods(["GET", "POST"])
@login_required
def add(request: HttpRequest, organisation: int, kind: str) -> HttpResponse:
    """A new page of an organisation."""
    owner: Organisation = get_object_or_404(editing_organisations(request.user), pk=organisation)
    edition = chosen_edition(request)
    if edition is None or kind not in kinds_for(owner):
        raise Http404
    page = Page(edition=edition, organisation=owner, kind=kind)
    form = PageForm(request.POST or None, page=page)
    if form.is_valid():
        saved = run(form, lambda: verbs.save_page(page, form.changes(), form.settings(), actor=request.user))
        if saved is not None:
            messages.success(request, _("草稿已保存，公众还看不到。"))
            return redirect("content:edit", saved.pk)
    context = {"page": page, "edition": edition, "form": form, "can_edit": True}
    return render(request, "content/edit.html", context, status=400 if form.is_bound else 200)


@require_http_methods(["GET", "POST"])
@login_required
def edit(request: HttpRequest, pk: int) -> HttpResponse:
    """Write the draft; beside it what the public sees and when."""
    page = page_of(request, pk)
    context = page_context(request, page)
    if not context["can_edit"]:
        return render(request, "content/read.html", {**context, "versions": versions_of(page)[:10]})
    form = PageForm(request.POST or None, page=page)
    if form.is_valid():
        try:
            return _after_saving(request, _save(request, page, form))
        except Conflict as conflict:
            context |= conflict_shown(form, conflict)
        except DomainError as error:
            if error.field not in form.fields:
                raise
            form.add_error(error.field, error.message)
    page.refresh_from_db()
    context |= {"form": form, "publish_form": publish_form_of(page), "versions": versions_of(page)[:5]}
    status = 409 if "there" in context else 400 if form.is_bound else 200
    return render(request, "content/edit.html", context, status=status)


def _save(request: HttpRequest, page: Page, form: PageForm) -> Page:
    data = form.changes(), form.settings()
    return verbs.save_page(page, *data, actor=request.user, expected_revision=form.cleaned_data["revision"] or 0)


def _after_saving(request: HttpRequest, page: Page) -> HttpResponse:
    if "preview" in request.POST:
        return redirect("content:preview", page.pk)
    messages.success(request, said_after_saving(page))
    return redirect("content:edit", page.pk)


@require_GET
@login_required
def preview(request: HttpRequest, pk: int) -> HttpResponse:
    """The draft as readers will see it, at the width of a phone or of a desktop."""
    page = page_of(request, pk)
    width = "phone" if request.GET.get("width") == "phone" else "desktop"
    return render(request, "content/preview.html", {**page_context(request, page), "width": width, "text": page.draft})


@require_POST
@login_required
def publish(request: HttpRequest, pk: int) -> HttpResponse:
    """Publish now or at a time."""
    page = editable_page(request, pk)
    try:
        version = verbs.publish_page(page, actor=request.user, **publication_asked(request, page))
    except DomainError as error:
        messages.error(request, error.message)
    else:
        done = _("已发布：%(url)s") % {"url": address_of(page)} if version else _("已定时，到时自动发布。")
        messages.success(request, done)
    return redirect("content:edit", pk)


@require_POST
@login_required
def unschedule(request: HttpRequest, pk: int) -> HttpResponse:
    """Take the time of publication back."""
    verbs.unschedule_page(editable_page(request, pk), actor=request.user)
    messages.success(request, _("已取消定时发布。"))
    return redirect("content:edit", pk)


@require_POST
@login_required
def withdraw(request: HttpRequest, pk: int) -> HttpResponse:
    """Take the page out of the public."""
    page = page_of(request, pk)
    verbs.withdraw_page(page, actor=request.user, reason=request.POST.get("reason", "").strip()[:300])
    messages.success(request, _("已撤下“%(title)s”，公众不再看到。草稿和版本都在。") % {"title": page.title})
    return redirect("content:edit", pk)


@require_POST
@login_required
def delete(request: HttpRequest, pk: int) -> HttpResponse:
    """Delete a page that was never public."""
    page = editable_page(request, pk)
    title = page.title
    try:
        verbs.delete_page(page, actor=request.user)
    except DomainError as error:
        messages.error(request, error.message)
        return redirect("content:edit", pk)
    messages.success(request, _("已删除草稿“%(title)s”。") % {"title": title})
    return redirect("content:index")
