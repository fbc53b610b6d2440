"""Two thousand people who each order a free place in a pretix shop as a browser does; part of ``against_pretix.py``."""

from __future__ import annotations

import html
import re
import ssl
import threading
import time
from collections import Counter
from concurrent.futures import ThreadPoolExecutor
from dataclasses import dataclass, field
from urllib.parse import urljoin

import httpx

#: Made once: two thousand clients would each read all certificates.
TLS = ssl.create_default_context()
#: How often somebody whose cart was refused opens the page again while it still offers places.
TRIES = 5
SOLD_OUT = "sold out"


@dataclass
class Outcome:
    """What became of one rush. Seconds count from its start."""

    seconds: float = 0.0
    until_last_order: float = 0.0
    confirmed: int = 0
    #: How long each person's own visit took, with an order and without one.
    with_order: list[float] = field(default_factory=list)
    without: list[float] = field(default_factory=list)
    #: Why the others got nothing.
    others: Counter[str] = field(default_factory=Counter)


class Refused(Exception):
    """No place; the reason."""


class Buyer:
    """One person with a browser of their own."""

    def __init__(self, shop: str, item: str, number: int) -> None:
        self.shop, self.item, self.number = shop, item, number
        self.client = httpx.Client(timeout=600, verify=TLS, follow_redirects=True)

    def order(self) -> None:
        """From the event page to the confirmation. Raises Refused."""
        try:
            self.check_out(self.put_into_cart())
        finally:
            self.client.close()

    def put_into_cart(self) -> str:
        """Open the page and take one place; try again while there are some. Returns where the page leads next."""
        said = ""
        for _try in range(TRIES):
            page = self.client.get(self.shop).text
            if f'name="item_{self.item}"' not in page and f'value="item_{self.item}"' not in page:
                raise Refused(said or SOLD_OUT)
            form = {"csrfmiddlewaretoken": token_in(page), f"item_{self.item}": "1", "ajax": "1"}
            action = re.search(r'action="([^"]*/cart/add[^"]*)"', page)
            assert action, page[:500]
            answer = self.asked(urljoin(self.shop, html.unescape(action[1])), form)
            if answer.get("success"):
                return str(answer["redirect"])
            said = brief(answer)
        raise Refused(said)

    def check_out(self, start: str) -> None:
        """Give an e-mail address, confirm, look at the order."""
        page = self.client.get(urljoin(self.shop, start))
        if "/checkout/" not in page.url.path:
            page = self.client.get(self.shop + "checkout/start")
        form = {"csrfmiddlewaretoken": token_in(page.text), "email": f"buyer{self.number}@example.org"}
        page = self.client.post(str(page.url), data=form)
        if not page.url.path.endswith("/checkout/confirm/"):
            raise Refused(f"stopped at {page.url.path}")
        answer = self.asked(str(page.url), {"csrfmiddlewaretoken": token_in(page.text), "ajax": "1"})
        if not answer.get("success"):
            raise Refused(brief(answer))
        self.client.get(urljoin(self.shop, str(answer["redirect"]))).raise_for_status()

    def asked(self, url: str, form: dict[str, str]) -> dict[str, object]:
        """The answer to a form that the page sends by script; asks again as the page does while it is not ready."""
        answer = self.client.post(url, data=form)
        answer.raise_for_status()
        found: dict[str, object] = answer.json()
        check_url = str(found.get("check_url", ""))
        while not found.get("ready"):
            time.sleep(0.1)
            found = self.client.get(urljoin(url, check_url)).json()
        return found


def token_in(page: str) -> str:
    found = re.search(r'name="csrfmiddlewaretoken" value="(\w+)"', page)
    if not found:
        raise Refused("a page without a form")
    return found[1]


def brief(answer: dict[str, object]) -> str:
    """The reason in the shop's words, short enough for a table."""
    text = re.sub(r"<[^>]+>", "", str(answer.get("message", ""))).strip()
    return SOLD_OUT if "no longer available" in text or "sold out" in text else text[:60] or "refused"


def rush(shop: str, item: str, people: int, at_once: int) -> Outcome:
    """Everybody orders, ``at_once`` at a time."""
    found, gate, lock = Outcome(), threading.Event(), threading.Lock()
    started = 0.0

    def go(buyer: Buyer) -> None:
        gate.wait()
        reason, came = "", time.perf_counter()
        try:
            buyer.order()
        except Refused as error:
            reason = str(error)
        except httpx.HTTPError as error:
            reason = type(error).__name__
        with lock:
            gone = time.perf_counter()
            if reason:
                found.others[reason] += 1
                found.without.append(gone - came)
            else:
                found.confirmed += 1
                found.with_order.append(gone - came)
                found.until_last_order = gone - started

    with ThreadPoolExecutor(at_once) as pool:
        jobs = [pool.submit(go, Buyer(shop, item, number)) for number in range(people)]
        started = time.perf_counter()
        gate.set()
        for job in jobs:
            job.result()
    found.seconds = time.perf_counter() - started
    found.until_last_order = found.until_last_order or found.seconds
    return found
