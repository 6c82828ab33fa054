"""Send one object to a model and keep its answers in a file."""

from __future__ import annotations

import gzip
import zlib
from collections.abc import Iterator, Mapping
from concurrent.futures import ThreadPoolExecutor
from dataclasses import dataclass
from itertools import islice
from pathlib import Path
from typing import IO, Any, cast

from botocore.exceptions import ClientError

from millrace_localcloud.sagemaker.batching import Batching
from millrace_localcloud.sagemaker.errors import JobFailed
from millrace_localcloud.sagemaker.model_server import ModelServer
from millrace_localcloud.sagemaker.payloads import batched_lines, single_lines, whole_payload
from millrace_localcloud.sagemaker.transfer import InputObject


@dataclass(frozen=True, slots=True)
class Transformed:
    """All answers to one object."""

    path: str
    """The object's, below the input's prefix."""
    file: Path


@dataclass(frozen=True, slots=True)
class Transformer:
    """Sends objects to one container, in requests of the size and number that are settled."""

    server: ModelServer
    batching: Batching
    given: Mapping[str, Any]
    """TransformInput."""
    ending: bytes
    """What follows each answer."""

    def transform(self, s3: Any, item: InputObject, place: Path) -> Transformed:
        """Send one object.

        Args:
            s3: S3 client.
            item: The object.
            place: Path of the files to make, without suffix.

        Raises:
            JobFailed: The object cannot be read or split, or the model does not answer it.
            Cancelled: The model's container is gone.
        """
        source, made = place.with_suffix(".in"), place.with_suffix(".out")
        try:
            s3.download_file(item.bucket, item.key, str(source))
            with self._opened(source) as read, made.open("wb") as written:
                self._send(read, written)
        except ClientError as exc:
            raise JobFailed(f"ClientError: {exc}") from exc
        except (gzip.BadGzipFile, EOFError, zlib.error) as exc:
            raise JobFailed(f"ClientError: the input is no gzip file: {exc}") from exc
        finally:
            source.unlink(missing_ok=True)
        return Transformed(item.path, made)

    def _send(self, read: IO[bytes], written: IO[bytes]) -> None:
        payloads = self._payloads(read)
        at_once = self.batching.at_once
        with ThreadPoolExecutor(at_once, "sagemaker-invoke") as requests:
            while window := list(islice(payloads, at_once)):
                for answer in requests.map(self.server.invoke, window):
                    written.write(answer + self.ending)

    def _opened(self, source: Path) -> IO[bytes]:
        if self.given.get("CompressionType") == "Gzip":
            return cast("IO[bytes]", gzip.open(source, "rb"))
        return source.open("rb")

    def _payloads(self, read: IO[bytes]) -> Iterator[bytes]:
        if self.given.get("SplitType") != "Line":
            return whole_payload(read, self.batching.most_bytes)
        split = single_lines if self.batching.single_record else batched_lines
        return split(read, self.batching.most_bytes)
