"""A live room plays a real HLS stream: by the browser where it can, else by hls.js, under the page's policy (B11)."""

from __future__ import annotations

import datetime
import functools
import http.server
import ssl
import threading
from collections.abc import Iterator
from pathlib import Path
from typing import Any

import av
import numpy as np
import pytest
from cryptography import x509
from cryptography.hazmat.primitives import hashes, serialization
from cryptography.hazmat.primitives.asymmetric import ec
from cryptography.x509.oid import NameOID
from playwright.sync_api import Browser, Page, Playwright, expect

from skillweek.core.clock import now
from skillweek.editions.models import Edition
from skillweek.site.policy import content_security_policy
from tests.browser.conftest import PHONE
from tests.browsers import ARGUMENTS, chromium_path
from tests.factories import Tree
from tests.online import make

HOST = "live.example.cn"
SECONDS, RATE, SIZE = 6, 25, (320, 180)


def make_stream(folder: Path) -> Path:
    """Six seconds of a moving bar with a tone, cut into pieces of two seconds, as a broadcaster's server gives them."""
    path = folder / "open-day.m3u8"
    options = {"hls_time": "2", "hls_list_size": "0", "hls_playlist_type": "vod"}
    with av.open(str(path), "w", format="hls", options=options) as made:
        film = made.add_stream("libx264", rate=RATE, options={"g": str(RATE), "preset": "ultrafast"})
        film.width, film.height, film.pix_fmt = *SIZE, "yuv420p"
        sound = made.add_stream("aac", rate=48_000, layout="mono")
        for number in range(SECONDS * RATE):
            picture = np.full((SIZE[1], SIZE[0], 3), 40, np.uint8)
            picture[:, number * 2 % SIZE[0] :][:, :20] = (11, 95, 92)
            made.mux(film.encode(av.VideoFrame.from_ndarray(picture, format="rgb24")))
        for start in range(0, SECONDS * 48_000, 1024):
            wave = np.sin(np.arange(start, start + 1024) * 2 * np.pi * 440 / 48_000).astype(np.float32)[None] / 8
            frame = av.AudioFrame.from_ndarray(wave, format="fltp", layout="mono")
            frame.rate, frame.pts = 48_000, start
            made.mux(sound.encode(frame))
        made.mux(film.encode())
        made.mux(sound.encode())
    assert len(list(folder.glob("*.ts"))) == 3
    return path


def make_certificate(folder: Path) -> Path:
    """Key and certificate of ``HOST``, signed by itself."""
    key = ec.generate_private_key(ec.SECP256R1())
    name = x509.Name([x509.NameAttribute(NameOID.COMMON_NAME, HOST)])
    today = datetime.datetime.now(datetime.UTC)
    made = (
        x509.CertificateBuilder(name, name, key.public_key(), x509.random_serial_number())
        .not_valid_before(today - datetime.timedelta(days=1))
        .not_valid_after(today + datetime.timedelta(days=7))
        .add_extension(x509.SubjectAlternativeName([x509.DNSName(HOST)]), critical=False)
        .sign(key, hashes.SHA256())
    )
    path = folder / "server.pem"
    secret = key.private_bytes(
        serialization.Encoding.PEM, serialization.PrivateFormat.PKCS8, serialization.NoEncryption()
    )
    path.write_bytes(secret + made.public_bytes(serialization.Encoding.PEM))
    return path


class _Broadcaster(http.server.SimpleHTTPRequestHandler):
    extensions_map = {".m3u8": "application/vnd.apple.mpegurl", ".ts": "video/mp2t"}
    asked: list[str] = []

    def end_headers(self) -> None:
        self.send_header("Access-Control-Allow-Origin", "*")
        super().end_headers()

    def do_GET(self) -> None:
        self.asked.append(self.path)
        super().do_GET()

    def log_message(self, *args: Any) -> None:
        """Quiet."""


@pytest.fixture
def broadcaster(tmp_path: Path) -> Iterator[http.server.ThreadingHTTPServer]:
    """A server of another origin, with TLS and CORS, that gives out the stream."""
    make_stream(tmp_path)
    context = ssl.SSLContext(ssl.PROTOCOL_TLS_SERVER)
    context.load_cert_chain(make_certificate(tmp_path))
    _Broadcaster.asked = []
    server = http.server.ThreadingHTTPServer(("127.0.0.1", 0), functools.partial(_Broadcaster, directory=str(tmp_path)))
    server.socket = context.wrap_socket(server.socket, server_side=True)
    thread = threading.Thread(target=server.serve_forever, daemon=True)
    thread.start()
    yield server
    server.shutdown()
    server.server_close()
    thread.join(5)


@pytest.fixture(params=["hls.js", "browser"])
def watcher(
    request: pytest.FixtureRequest, playwright: Playwright, browser: Browser, broadcaster: Any
) -> Iterator[tuple[str, Browser]]:
    """A way to play HLS, and a browser that finds the broadcaster under its name."""
    arguments = [*ARGUMENTS, f"--host-resolver-rules=MAP {HOST} 127.0.0.1:{broadcaster.server_port}"]
    running = playwright.chromium.launch(
        executable_path=chromium_path(), args=[*arguments, "--autoplay-policy=no-user-gesture-required"]
    )
    yield request.param, running
    running.close()


def _room(edition: Edition, tree: Tree, settings: Any, name: str = "open-day.m3u8") -> int:
    settings.ONLINE_STREAM_HOSTS = [HOST]
    settings.CONTENT_SECURITY_POLICY = content_security_policy(streams=[HOST])
    return make.publish(make.room(edition, tree.school_a, now(), stream=f"https://{HOST}/{name}")).pk


def _watch(running: Browser, live_site: str, way: str) -> tuple[Page, list[str], list[str]]:
    context = running.new_context(
        viewport=PHONE, is_mobile=True, has_touch=True, locale="zh-CN", base_url=live_site, ignore_https_errors=True
    )
    if way == "hls.js":  # as in Firefox, and in Chromium before 142
        context.add_init_script(
            "const able = HTMLMediaElement.prototype.canPlayType;"
            "HTMLMediaElement.prototype.canPlayType = function (type) {"
            " return /mpegurl/i.test(type) ? '' : able.call(this, type); };"
        )
    page = context.new_page()
    page.set_default_timeout(30_000)
    loaded: list[str] = []
    problems: list[str] = []
    page.on("request", lambda sent: loaded.append(sent.url))
    page.on("pageerror", lambda error: problems.append(str(error)))
    page.on("console", lambda line: problems.append(line.text) if "Content Security Policy" in line.text else None)
    return page, loaded, problems


@pytest.mark.requirement("B11")
def test_a_stream_plays_in_the_room(
    watcher: tuple[str, Browser], tree: Tree, edition: Edition, live_site: str, settings: Any
) -> None:
    way, running = watcher
    pk = _room(edition, tree, settings)
    page, loaded, problems = _watch(running, live_site, way)
    page.goto(f"/online/rooms/{pk}/")
    can = page.evaluate("document.createElement('video').canPlayType('application/vnd.apple.mpegurl')")
    if way == "browser" and not can:
        pytest.skip("this Chromium plays no HLS of its own")
    assert not [url for url in loaded if "online-stream" in url]  # 115 KB that most visitors never need

    page.get_by_role("button", name="在这里观看直播").tap()
    page.wait_for_function("() => document.querySelector('video')?.currentTime > 2.2", timeout=60_000)
    seen = page.evaluate(
        "(() => { const v = document.querySelector('video');"
        " return [v.videoWidth, v.videoHeight, v.error, v.src.startsWith('blob:')]; })()"
    )
    assert seen == [*SIZE, None, way == "hls.js"]
    assert [url for url in loaded if "online-stream" in url]
    assert "/open-day.m3u8" in _Broadcaster.asked
    assert sum(path.endswith(".ts") for path in _Broadcaster.asked) >= 2
    assert problems == []


def test_a_stream_that_is_not_there_yet_can_be_tried_again(
    watcher: tuple[str, Browser], tree: Tree, edition: Edition, live_site: str, settings: Any
) -> None:
    way, running = watcher
    pk = _room(edition, tree, settings, "not-yet.m3u8")
    page, _loaded, problems = _watch(running, live_site, way)
    page.goto(f"/online/rooms/{pk}/")
    button = page.get_by_role("button", name="在这里观看直播")
    button.tap()
    expect(page.get_by_text("直播流暂时打不开")).to_be_visible()
    expect(button).to_be_focused()
    asked = len(_Broadcaster.asked)
    button.tap()
    expect(page.locator("video, [data-play]")).to_have_count(1)
    page.wait_for_timeout(1500)
    assert len(_Broadcaster.asked) > asked
    assert problems == []
