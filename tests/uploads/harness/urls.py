"""The site, a page with one upload list, and a room above that takes its files: for the component's own tests."""

from __future__ import annotations

import os
from pathlib import Path
from typing import Any

from django.contrib.auth.decorators import login_required
from django.http import FileResponse, HttpRequest, HttpResponse
from django.template import engines
from django.urls import path

from skillweek.editions.models import Edition
from skillweek.organisations.access import FILING_ROLES
from skillweek.organisations.models import Organisation
from skillweek.site.urls import urlpatterns as site
from skillweek.uploads.client import client_config
from skillweek.uploads.signals import upload_requested

PAGE = """{% extends "core/workspace_base.html" %}
{% block title %}上传{% endblock %}
{% block heading %}上传{% endblock %}
{% block content %}
{{ uploads|json_script:"uploads-config" }}
<section class="panel" data-kind="{{ kind }}"><h2>材料</h2><div id="files"></div></section>
<label for="probe">只检查</label><input type="file" id="probe">
{% endblock %}
{% block scripts %}<script type="module" src="/harness.js"></script>{% endblock %}"""


def _asked(*, purpose: dict[str, Any], **_more: Any) -> bool:
    return purpose.get("place") == "harness"


upload_requested.connect(_asked, dispatch_uid="upload-harness")


@login_required
def page(request: HttpRequest, kind: str) -> HttpResponse:
    """One upload list for ``kind``, for the person's own school."""
    roles = [str(role) for role in FILING_ROLES]
    memberships = request.user.memberships.filter(role__in=roles)  # type: ignore[union-attr]
    school = Organisation.objects.get(pk=memberships.values_list("organisation", flat=True)[0])
    edition = Edition.objects.current()
    assert edition is not None
    config = client_config(request.user, edition=edition, organisation=school)
    template = engines["django"].from_string(PAGE)
    return HttpResponse(template.render({"uploads": config, "kind": kind}, request))


def script(request: HttpRequest) -> FileResponse:
    """The page's script, as the tests bundled it."""
    return FileResponse(Path(os.environ["UPLOAD_HARNESS_SCRIPT"]).open("rb"), content_type="text/javascript")


urlpatterns = [path("harness/<slug:kind>/", page), path("harness.js", script), *site]
