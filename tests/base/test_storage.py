"""Both storages behave alike; that of S3 against a server which checks every signature and right."""

import os
import re
import subprocess
import sys
from collections.abc import Iterator
from pathlib import Path

import boto3
import pytest

from app.base.errors import Invalid, NotFound, Unavailable
from app.base.storage import LocalStorage, S3Storage, Storage, open_storage

BUCKET, REGION = "tiles-of-a-test", "eu-central-1"
MAY_ALL = '{"Version": "2012-10-17", "Statement": [{"Effect": "Allow", "Action": "s3:*", "Resource": "*"}]}'
UNASKED = "3"
"""Requests that need no signature yet: a user, the rights of that user, and the keys."""


@pytest.fixture(scope="module")
def server() -> Iterator[str]:
    """Address of a stand-in for S3 that refuses wrong signatures."""
    variables = {
        **os.environ,
        "INITIAL_NO_AUTH_ACTION_COUNT": UNASKED,
        "PYTHONUNBUFFERED": "1",
        "PYTHONWARNINGS": "ignore",
    }
    process = subprocess.Popen(
        [sys.executable, "-m", "moto.server", "-H", "127.0.0.1", "-p", "0"],
        env=variables,
        stdout=subprocess.PIPE,
        stderr=subprocess.STDOUT,
        text=True,
    )
    assert process.stdout is not None
    found = None
    for line in process.stdout:
        if found := re.search(r"http://127\.0\.0\.1:\d+", line):
            break
    assert found, "The stand-in for S3 did not start."
    yield found.group()
    process.terminate()
    process.wait()
    process.stdout.close()


@pytest.fixture(scope="module")
def keys(server: str) -> dict[str, str]:
    """Keys of somebody who may do everything with buckets, and a bucket."""
    anyone = {"aws_access_key_id": "none", "aws_secret_access_key": "none", "region_name": REGION}
    people = boto3.client("iam", endpoint_url=server, **anyone)
    people.create_user(UserName="service")
    people.put_user_policy(UserName="service", PolicyName="all", PolicyDocument=MAY_ALL)
    made = people.create_access_key(UserName="service")["AccessKey"]
    owner = {"aws_access_key_id": made["AccessKeyId"], "aws_secret_access_key": made["SecretAccessKey"]}
    boto3.client("s3", endpoint_url=server, region_name=REGION, **owner).create_bucket(
        Bucket=BUCKET, CreateBucketConfiguration={"LocationConstraint": REGION}
    )
    return {"AWS_ACCESS_KEY_ID": made["AccessKeyId"], "AWS_SECRET_ACCESS_KEY": made["SecretAccessKey"]}


@pytest.fixture
def bucket(server: str, keys: dict[str, str], monkeypatch: pytest.MonkeyPatch) -> Storage:
    """A storage in the bucket, under a prefix."""
    monkeypatch.setenv("AWS_DEFAULT_REGION", REGION)
    for name, value in keys.items():
        monkeypatch.setenv(name, value)
    return open_storage(Path("unused"), f"s3://{BUCKET}/some/prefix", server)


@pytest.fixture(params=["local", "bucket"])
def storage(request: pytest.FixtureRequest, tmp_path: Path) -> Storage:
    """Each kind of storage in turn, empty."""
    if request.param == "local":
        return open_storage(tmp_path / "files")
    found: Storage = request.getfixturevalue("bucket")
    found.delete("tiles")
    return found


def test_what_was_put_is_read_back_with_its_size(storage):
    storage.put("tiles/a/s2.tif", b"content")

    assert storage.get("tiles/a/s2.tif") == b"content"
    assert storage.size("tiles/a/s2.tif") == 7
    assert storage.has("tiles/a/s2.tif")


def test_a_second_put_replaces_the_first(storage):
    storage.put("tiles/a/s2.tif", b"old and longer")

    storage.put("tiles/a/s2.tif", b"new")

    assert storage.get("tiles/a/s2.tif") == b"new"


def test_a_file_that_is_not_there_is_not_found(storage):
    storage.put("tiles/a/s2.tif", b"content")

    for path in ("tiles/b", "tiles/a", "tiles/a/s2.tif/deeper"):
        assert not storage.has(path)
        with pytest.raises(NotFound):
            storage.get(path)


def test_deleting_a_folder_takes_all_in_it_and_leaves_its_neighbours(storage):
    for path in ("tiles/a/s2.tif", "tiles/a/deep/s1.tif", "tiles/ab/s2.tif"):
        storage.put(path, b"content")

    storage.delete("tiles/a")

    assert not storage.has("tiles/a/s2.tif") and not storage.has("tiles/a/deep/s1.tif")
    assert storage.has("tiles/ab/s2.tif")


def test_deleting_one_file_leaves_the_others_and_may_be_repeated(storage):
    storage.put("tiles/a/s2.tif", b"content")
    storage.put("tiles/a/s1.tif", b"content")

    storage.delete("tiles/a/s2.tif")
    storage.delete("tiles/a/s2.tif")

    assert not storage.has("tiles/a/s2.tif")
    assert storage.has("tiles/a/s1.tif")


@pytest.mark.parametrize(
    "path", ["", "/etc/passwd", "../secret", "a/../../secret", "a//b", ".hidden", "a\0b"]
)
def test_no_path_leads_out_of_the_storage(storage, path):
    for ask in (storage.get, storage.has, storage.delete, lambda path: storage.put(path, b"")):
        with pytest.raises(Invalid):
            ask(path)


def test_a_bucket_keeps_files_under_its_prefix(bucket, server, keys):
    bucket.put("tiles/here.tif", b"content")

    owner = dict(zip(("aws_access_key_id", "aws_secret_access_key"), keys.values(), strict=True))
    client = boto3.client("s3", endpoint_url=server, region_name=REGION, **owner)
    found = client.list_objects_v2(Bucket=BUCKET)["Contents"]

    assert "some/prefix/tiles/here.tif" in [one["Key"] for one in found]


def test_wrong_keys_are_told_as_unavailable_without_naming_them(bucket, monkeypatch):
    monkeypatch.setenv("AWS_SECRET_ACCESS_KEY", "a-wrong-secret")

    with pytest.raises(Unavailable) as refused:
        bucket.put("tiles/a/s2.tif", b"content")

    assert "SignatureDoesNotMatch" in refused.value.message
    assert "wrong-secret" not in refused.value.message


def test_a_server_that_is_away_is_unavailable(keys, monkeypatch):
    for name, value in {**keys, "AWS_DEFAULT_REGION": REGION, "AWS_MAX_ATTEMPTS": "1"}.items():
        monkeypatch.setenv(name, value)

    with pytest.raises(Unavailable):
        S3Storage(BUCKET, endpoint="http://127.0.0.1:9").put("a", b"")


@pytest.mark.parametrize("address", ["http://bucket/prefix", "s3://", "s3://bucket/a?b=c", "bucket"])
def test_an_address_of_no_bucket_is_refused_in_words(address, tmp_path):
    with pytest.raises(Invalid, match="EO_STORAGE_URL"):
        open_storage(tmp_path, address)


def test_a_file_that_cannot_be_written_is_unavailable_and_leaves_no_draft(tmp_path):
    (tmp_path / "files").write_text("a file where a folder should be")

    with pytest.raises((Unavailable, NotFound)):
        LocalStorage(tmp_path / "files").put("a/b.tif", b"")


def test_the_service_starts_without_the_library_of_buckets():
    program = (
        "import sys; from pathlib import Path; from app.base.storage import open_storage; "
        "open_storage(Path('x')); sys.exit('boto3' in sys.modules)"
    )

    assert subprocess.run([sys.executable, "-c", program], check=False).returncode == 0
