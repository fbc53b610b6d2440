"""A package that lies in a bucket, against a real S3 protocol server in this process (C6, C7)."""

from __future__ import annotations

from collections.abc import Iterator
from typing import Any

import boto3
import pytest
from django.core.files.storage import storages
from moto.server import ThreadedMotoServer

from skillweek.organisations.models import User
from skillweek.reports.domain.importing import run_import
from skillweek.reports.models import DailyReport, PackageImport
from skillweek.uploads.models import StoredFile
from tests.reports.importing.make import hand_in, outcomes, photo

pytestmark = [pytest.mark.s3, pytest.mark.requirement("C7")]
NAME = "skillweek-import"
KEYS = {"access_key": "test", "secret_key": "test"}


@pytest.fixture
def in_bucket(settings: Any) -> Iterator[Any]:
    """The site keeps its files in an empty bucket; the bucket itself."""
    server = ThreadedMotoServer(ip_address="127.0.0.1", port=0, verbose=False)
    server.start()
    host, port = server.get_host_and_port()
    url = f"http://{host}:{port}"
    client = boto3.resource(
        "s3", endpoint_url=url, region_name="us-east-1", aws_access_key_id="test", aws_secret_access_key="test"
    )
    made = client.create_bucket(Bucket=NAME)
    options = {**KEYS, "bucket_name": NAME, "endpoint_url": url, "region_name": "us-east-1"}
    options |= {"signature_version": "s3v4", "addressing_style": "path"}
    backend = {"BACKEND": "storages.backends.s3.S3Storage", "OPTIONS": options}
    settings.STORAGES = {**settings.STORAGES, "default": backend}
    settings.S3_BUCKET, settings.S3_PUBLIC_ENDPOINT = NAME, url
    storages.__dict__.pop("backends", None)
    yield made
    server.stop()


def test_a_package_in_a_bucket_is_taken_apart_once(draft: DailyReport, by: User, in_bucket: Any) -> None:
    files = {"照片/学生茶艺.jpg": photo(), "照片/学生木工.jpg": photo(1)}
    for _time in range(2):
        # Sent in parts, straight to the bucket: nobody has hashed it yet.
        package = hand_in(draft, by, files)
        StoredFile.objects.filter(pk=package.file_id).update(sha256="")
        PackageImport.objects.filter(pk=package.pk).update(digest="")
        run_import(package.pk)

    package.refresh_from_db()
    assert (len(package.digest), set(outcomes(package).values())) == (64, {"known"})
    assert [item.caption for item in draft.items.order_by("caption")] == ["学生木工", "学生茶艺"]
    item = draft.items.get(caption="学生茶艺")
    assert in_bucket.Object(item.file.key).get()["Body"].read() == photo()
    assert len(list(in_bucket.objects.all())) == 4


def test_a_package_that_the_bucket_lost_says_so(draft: DailyReport, by: User, in_bucket: Any) -> None:
    package = hand_in(draft, by, {"照片/学生茶艺.jpg": photo()})
    in_bucket.objects.delete()

    run_import(package.pk)

    package.refresh_from_db()
    assert package.message == "压缩包《材料.zip》没有取到，请重新上传。"
