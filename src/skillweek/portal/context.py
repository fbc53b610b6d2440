"""What the frame of every public page needs: its navigation and its footer. Lazy: staff pages pay nothing."""

from __future__ import annotations

from dataclasses import dataclass
from typing import Any

from django.http import HttpRequest
from django.utils.functional import SimpleLazyObject
from django.utils.translation import gettext as _
from django.utils.translation import pgettext

from skillweek.content.models import Page
from skillweek.editions.models import Edition
from skillweek.portal import links, reading
from skillweek.statistics.open_data import published as open_data_published


@dataclass(frozen=True)
class SiteLink:
    """One entry of the public navigation."""

    label: str
    url: str
    is_here: bool = False


def public_site(request: HttpRequest) -> dict[str, Any]:
    """``site_links`` for the header, ``footer_links`` for the pages and contacts in the footer."""
    return {
        "site_links": SimpleLazyObject(lambda: site_links(request)),
        "footer_links": SimpleLazyObject(footer_links),
        "search_url": SimpleLazyObject(lambda: links.to("portal:search")),
    }


def site_links(request: HttpRequest) -> list[SiteLink]:
    """The public navigation, with the entry that the reader stands in; only of what exists."""
    entries = [
        (_("首页"), links.to("portal:home")),
        (pgettext("导航", "活动"), links.to("portal:activities")),
        (_("日历"), links.to("portal:calendar")),
        (_("地图"), links.to("portal:map")),
        (_("互动参与"), links.to("participation_public:index")),
        (_("云上"), links.to("online_public:index")),
        (_("通知"), links.to("notices_public:index")),
        (_("新闻"), links.to("content_public:index")),
        (_("故事"), links.to("publicity_public:index")),
    ]
    here = request.path
    return [SiteLink(label, url, here == url or (url != "/" and here.startswith(url))) for label, url in entries if url]


def footer_links() -> list[SiteLink]:
    """Fixed pages that the editor put into the footer, the contacts, and finding one's booking again."""
    edition = Edition.objects.current()
    pages: list[SiteLink] = []
    if edition is not None:
        shown = reading.public_pages(edition).filter(in_footer=True, kind=Page.Kind.STATIC)
        pages = [SiteLink(page.title, url) for page in shown if (url := links.page(page.slug))]
    has_data = open_data_published().exists()
    more = [
        (_("政策法规"), links.to("policies_public:index")),
        (_("开放数据"), links.to("statistics_public:index") if has_data else ""),
        (_("主办单位"), links.to("portal:organisations")),
        (_("联系我们"), links.to("notices_public:contacts")),
        (_("媒体入口"), links.to("press_public:index")),
        (_("企业入口"), links.to("partnerships_public:index")),
        (_("找回我的预约"), links.to("bookings_public:find")),
        (_("查验证书"), links.to("participation_public:check")),
    ]
    if Edition.objects.filter(state=Edition.State.CLOSED).exists():
        more.append((_("往届活动周"), links.to("archive_public:index")))
    return pages + [SiteLink(label, url) for label, url in more if url]
