"""What operators copy is right: every variable is documented, the files can be read by what reads them."""

from __future__ import annotations

import re
import shutil
import subprocess
from pathlib import Path

import pytest
import yaml

from tests.factories import REPOSITORY

DEPLOY = REPOSITORY / "deploy"
_READ = re.compile(r"""env\.\w+\(\s*"([A-Z][A-Z0-9_]*)"|envvar="([A-Z_]+)"|ENVIRONMENT: Final = "([A-Z_]+)\"""")
_WRITTEN = re.compile(r"^#?([A-Z][A-Z0-9_]*)=", re.MULTILINE)


def _variables_read() -> set[str]:
    files = (REPOSITORY / "src/skillweek").rglob("*.py")
    found = (match for file in files for match in _READ.findall(file.read_text(encoding="utf-8")))
    return {name for names in found for name in names if name}


def test_every_variable_is_documented_and_no_other() -> None:
    documented = set(_WRITTEN.findall((DEPLOY / "env.example").read_text(encoding="utf-8")))

    assert documented == _variables_read()


def test_compose_sets_only_variables_that_are_read() -> None:
    services = yaml.safe_load((DEPLOY / "compose.yaml").read_text(encoding="utf-8"))["services"]

    assert set(services["web"]["environment"]) <= _variables_read()
    assert services["worker"]["environment"] == services["web"]["environment"]
    for service in services.values():
        assert set(service.get("depends_on", [])) <= set(services)


def test_files_that_images_copy_exist() -> None:
    copied = re.findall(r"^COPY (?!--from)(.+) \S+$", (DEPLOY / "Dockerfile").read_text(), re.MULTILINE)

    missing = [name for line in copied for name in line.split() if not (REPOSITORY / name).exists()]

    assert missing == []


@pytest.mark.skipif(shutil.which("nginx") is None, reason="no nginx here")
@pytest.mark.parametrize("name", ["skillweek.conf", "compose.conf"])
def test_nginx_accepts_its_configuration(tmp_path: Path, name: str) -> None:
    for key in ("fullchain.pem", "privkey.pem"):
        (tmp_path / key).touch()
    subprocess.run(
        ["openssl", "req", "-x509", "-newkey", "rsa:2048", "-nodes", "-days", "1", "-subj", "/CN=localhost",
         "-keyout", tmp_path / "privkey.pem", "-out", tmp_path / "fullchain.pem"],
        check=True, capture_output=True,
    )  # fmt: skip
    text = (DEPLOY / "nginx" / name).read_text(encoding="utf-8")
    text = text.replace("/etc/nginx/", f"{DEPLOY}/nginx/").replace("/etc/ssl/skillweek/", f"{tmp_path}/")
    text = re.sub(r"listen (\[::\]:)?(80|443)", r"listen \g<1>18\2", text).replace("web:8000", "127.0.0.1:8000")
    main = tmp_path / "nginx.conf"
    main.write_text(f"pid {tmp_path}/pid;\nevents {{}}\nhttp {{ access_log off;\n{text}\n}}\n", encoding="utf-8")

    done = subprocess.run(
        ["nginx", "-t", "-q", "-e", tmp_path / "errors", "-c", main], capture_output=True, text=True
    )  # fmt: skip

    # Newer versions warn of what older ones still need ("listen … http2").
    assert done.returncode == 0, done.stderr
