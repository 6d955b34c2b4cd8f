"""An object store on this machine, for tests: moto's server on the loopback."""

from __future__ import annotations

from collections.abc import Iterator
from contextlib import contextmanager
from typing import Any


@contextmanager
def s3_server() -> Iterator[dict[str, str]]:
    """A server as long as it is needed; gives the environment variables by which a client of S3 finds it."""
    from moto.server import ThreadedMotoServer

    server = ThreadedMotoServer("127.0.0.1", 0, verbose=False)
    server.start()
    host, port = server.get_host_and_port()
    variables = {
        "AWS_ENDPOINT_URL": f"http://{host}:{port}",
        "AWS_ACCESS_KEY_ID": "a",
        "AWS_SECRET_ACCESS_KEY": "b",
        "AWS_DEFAULT_REGION": "us-east-1",
    }
    try:
        yield variables
    finally:
        server.stop()


class BucketClient:
    """A bucket as its owner sees it, by another library than ours."""

    def __init__(self, bucket: str) -> None:
        import boto3

        self.name = bucket
        self.client = boto3.client("s3")
        self.client.create_bucket(Bucket=bucket)

    def get(self, key: str) -> Any:
        return self.client.get_object(Bucket=self.name, Key=key)

    def __getitem__(self, key: str) -> bytes:
        data: bytes = self.get(key)["Body"].read()
        return data

    def __setitem__(self, key: str, data: bytes) -> None:
        self.client.put_object(Bucket=self.name, Key=key, Body=data)

    def put_in_parts(self, key: str, data: bytes) -> None:
        where = {"Bucket": self.name, "Key": key}
        where["UploadId"] = self.client.create_multipart_upload(**where)["UploadId"]
        tag = self.client.upload_part(**where, PartNumber=1, Body=data)["ETag"]
        parts = {"Parts": [{"PartNumber": 1, "ETag": tag}]}
        self.client.complete_multipart_upload(**where, MultipartUpload=parts)

    def __delitem__(self, key: str) -> None:
        self.client.delete_object(Bucket=self.name, Key=key)

    def names(self) -> list[str]:
        return [entry["Key"] for entry in self.client.list_objects_v2(Bucket=self.name).get("Contents", ())]
