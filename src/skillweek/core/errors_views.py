"""Error pages in the reader's language: what happened and what to do next."""

from __future__ import annotations

from django.http import HttpRequest, HttpResponse, JsonResponse
from django.template.loader import render_to_string
from django.utils.translation import gettext as _

from skillweek.core.errors import DomainError


def _wants_json(request: HttpRequest) -> bool:
    return "application/json" in request.headers.get("Accept", "") or request.content_type == "application/json"


def _page(request: HttpRequest, status: int, title: str, text: str) -> HttpResponse:
    if _wants_json(request):
        return JsonResponse({"ok": False, "message": text}, status=status)
    if request.headers.get("HX-Request") == "true":
        return HttpResponse(text, status=status, content_type="text/plain; charset=utf-8")
    context = {"status": status, "title": title, "text": text, "request_id": request.META.get("skillweek.request_id")}
    # Without the request no context processor runs, so the page stands even when the database does not.
    return HttpResponse(render_to_string("core/error.html", context), status=status)


def domain_error(request: HttpRequest, error: DomainError) -> HttpResponse:
    """Answer a verb's refusal with its own status and sentence."""
    if _wants_json(request):
        payload = {"ok": False, "code": error.code, "field": error.field, "message": error.message}
        return JsonResponse({**payload, "details": error.details}, status=error.status)
    return _page(request, error.status, _("没有完成"), error.message)


def bad_request(request: HttpRequest, exception: Exception) -> HttpResponse:
    """400"""
    return _page(request, 400, _("请求有误"), _("这个请求不完整或已失效。请返回上一页，刷新后再试。"))


def permission_denied(request: HttpRequest, exception: Exception) -> HttpResponse:
    """403"""
    text = _("您的账号没有这项权限。如果工作需要，请联系本单位的管理员开通。")
    return _page(request, 403, _("没有权限"), text)


def page_not_found(request: HttpRequest, exception: Exception) -> HttpResponse:
    """404"""
    text = _("这个页面不存在，或者不属于您的单位。请检查网址，或回到首页重新查找。")
    return _page(request, 404, _("找不到页面"), text)


def too_many_requests(request: HttpRequest) -> HttpResponse:
    """429: a rate limit is reached."""
    text = _("操作太频繁，为保护账号暂停了几分钟。请稍后再试，已保存的内容都在。")
    return _page(request, 429, _("请稍后再试"), text)


def server_error(request: HttpRequest) -> HttpResponse:
    """500"""
    text = _("系统出了问题，您已保存的内容不会丢失。请稍后再试；如果仍然出错，请把下面的编号告诉管理员。")
    return _page(request, 500, _("系统出错"), text)


def csrf_failure(request: HttpRequest, reason: str = "") -> HttpResponse:
    """The form's token is missing or old: usually a page left open for too long."""
    text = _("页面停留过久或登录已过期，这次提交没有生效。请返回上一页并刷新，内容会从草稿恢复，然后再提交一次。")
    return _page(request, 403, _("请刷新后再试"), text)
