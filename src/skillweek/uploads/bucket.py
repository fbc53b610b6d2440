"""S3 multipart straight from the browser to the bucket, by presigned part addresses (C6).

The server never sees the bytes while they travel. It decides who may send, signs each part with its exact length,
and at completion asks the bucket what is really there.
"""

from __future__ import annotations

from functools import lru_cache
from typing import Any, Final

from botocore.exceptions import ClientError
from django.conf import settings
from django.core.files.storage import default_storage

#: S3 asks for parts of at least 5 MiB, except for the last, and at most 10 000 of them.
_MIN_PART: Final = 5 * 1024 * 1024
_MAX_PARTS: Final = 10_000
_SIGNED_SECONDS: Final = 3600
_OPENED_SECONDS: Final = 900
_MISSING: Final = frozenset({"NoSuchUpload", "NoSuchKey", "404", "NotFound"})


def _options() -> dict[str, Any]:
    storages: dict[str, Any] = settings.STORAGES
    return dict(storages["default"]["OPTIONS"])


def _client() -> Any:
    return default_storage.connection.meta.client  # type: ignore[attr-defined]


def _public_client() -> Any:
    """A client that signs for the address by which browsers reach the bucket."""
    options = _options()
    return _make_client(
        settings.S3_PUBLIC_ENDPOINT or options.get("endpoint_url") or "",
        options.get("region_name", ""),
        options.get("access_key", ""),
        options.get("secret_key", ""),
        options.get("addressing_style", "path"),
    )


@lru_cache(maxsize=4)
def _make_client(endpoint: str, region: str, access_key: str, secret_key: str, style: str) -> Any:
    import boto3
    from botocore.config import Config

    return boto3.client(
        "s3",
        endpoint_url=endpoint or None,
        region_name=region or None,
        aws_access_key_id=access_key or None,
        aws_secret_access_key=secret_key or None,
        config=Config(signature_version="s3v4", s3={"addressing_style": style}),
    )


def part_size(size: int) -> int:
    """How large each part of a file of ``size`` bytes is (the last may be smaller), in bytes."""
    wanted = max(_MIN_PART, settings.UPLOAD_CHUNK_BYTES)
    while wanted * _MAX_PARTS < size:
        wanted *= 2
    return int(wanted)


def part_count(size: int) -> int:
    """Of how many parts a file of ``size`` bytes consists."""
    return max(1, -(-size // part_size(size)))


def begin(key: str) -> str:
    """Open a multipart upload and return the bucket's id for it."""
    content_type = "application/octet-stream"
    answer = _client().create_multipart_upload(Bucket=settings.S3_BUCKET, Key=key, ContentType=content_type)
    return str(answer["UploadId"])


def sign_part(key: str, multipart_id: str, number: int, size: int) -> str:
    """The address to ``PUT`` part ``number`` (from 1) of a file of ``size`` bytes to; good for an hour.

    The part's exact length is signed with it, so no part can be larger than announced. Raises ValueError for a
    number that the file does not have.
    """
    if not 1 <= number <= part_count(size):
        raise ValueError(f"no part {number}")
    each = part_size(size)
    length = min(each, size - (number - 1) * each)
    return str(
        _public_client().generate_presigned_url(
            "upload_part",
            Params={
                "Bucket": settings.S3_BUCKET, "Key": key, "UploadId": multipart_id, "PartNumber": number,
                "ContentLength": length,
            },
            ExpiresIn=_SIGNED_SECONDS,
        )
    )  # fmt: skip


def parts(key: str, multipart_id: str) -> list[dict[str, Any]]:
    """The parts that arrived, in order: ``{"number", "size", "etag"}``. Empty when the upload is over."""
    found: list[dict[str, Any]] = []
    try:
        for page in (
            _client().get_paginator("list_parts").paginate(Bucket=settings.S3_BUCKET, Key=key, UploadId=multipart_id)
        ):
            found += [
                {"number": part["PartNumber"], "size": part["Size"], "etag": part["ETag"]}
                for part in page.get("Parts", [])
            ]
    except ClientError as error:
        if _code(error) not in _MISSING:
            raise
    return found


def object_size(key: str) -> int | None:
    """The size of the finished object in bytes, or None when there is none."""
    try:
        return int(_client().head_object(Bucket=settings.S3_BUCKET, Key=key)["ContentLength"])
    except ClientError as error:
        if _code(error) not in _MISSING:
            raise
        return None


def finish(key: str, multipart_id: str, size: int) -> int | None:
    """Join the parts that arrived and return the object's size, also when it was joined before.

    None when parts are missing or differ from the ``size`` announced; nothing is joined then.
    """
    arrived = parts(key, multipart_id)
    if arrived:
        if sum(part["size"] for part in arrived) != size:
            return None
        listed = [{"PartNumber": part["number"], "ETag": part["etag"]} for part in arrived]
        _client().complete_multipart_upload(
            Bucket=settings.S3_BUCKET, Key=key, UploadId=multipart_id, MultipartUpload={"Parts": listed}
        )
    return object_size(key)


def abort(key: str, multipart_id: str) -> None:
    """Give up a multipart upload and erase its parts and anything joined from them."""
    try:
        _client().abort_multipart_upload(Bucket=settings.S3_BUCKET, Key=key, UploadId=multipart_id)
    except ClientError as error:
        if _code(error) not in _MISSING:
            raise
    _client().delete_object(Bucket=settings.S3_BUCKET, Key=key)


def open_address(key: str, *, disposition: str, content_type: str) -> str:
    """An address to read the object from, good for 15 minutes."""
    return str(
        _public_client().generate_presigned_url(
            "get_object",
            Params={
                "Bucket": settings.S3_BUCKET, "Key": key,
                "ResponseContentDisposition": disposition, "ResponseContentType": content_type,
                "ResponseCacheControl": "private, max-age=600",
            },
            ExpiresIn=_OPENED_SECONDS,
        )
    )  # fmt: skip


def _code(error: ClientError) -> str:
    return str(error.response.get("Error", {}).get("Code", ""))
