"""S3 with objects as plain files: ``<home>/lake/<bucket>/<key>``.

Files that Spark, DuckDB or a person puts there are objects, and files that are removed are gone.
"""

from __future__ import annotations

from millrace_localcloud.cloud import Cloud
from millrace_localcloud.seams import (
    replace_attribute,
    replace_backend,
    replace_responses,
)


def install(cloud: Cloud) -> None:
    """Put moto's S3 onto files."""
    from moto.s3 import models, notifications, responses
    from moto.s3.responses import S3Response

    from millrace_localcloud.s3 import checksums, events
    from millrace_localcloud.s3.backend import LakeBackend
    from millrace_localcloud.s3.keys import LakeBucket
    from millrace_localcloud.s3.layout import Layout
    from millrace_localcloud.s3.objects import StoredKey
    from millrace_localcloud.s3.responses import LakeResponse
    from millrace_localcloud.s3.uploads import LakeUpload

    StoredKey.layout = Layout(cloud.home.lake)
    StoredKey.aside = cloud.home.aside
    replace_attribute(models, "FakeKey", StoredKey)
    replace_attribute(models, "FakeMultipart", LakeUpload)
    replace_attribute(models, "FakeBucket", LakeBucket)
    replace_attribute(responses, "compute_checksum", checksums.compute)
    LakeResponse.send_event = staticmethod(notifications.send_event)
    replace_attribute(notifications, "send_event", events.make_send_event(notifications.send_event))
    replace_attribute(notifications, "_get_s3_event", events.notification)
    replace_attribute(
        notifications,
        "_send_event_bridge_message",
        events.make_send_to_event_bridge(notifications._detail_type),
    )
    replace_backend("s3", "s3_backends", LakeBackend)
    replace_responses("s3", S3Response, LakeResponse)


def restored(cloud: Cloud) -> None:
    """Tell moto again which account owns which bucket: it keeps that beside the backends."""
    from moto.s3.models import s3_backends

    for account, partition, backend in list(s3_backends.iter_backends()):
        for bucket in [*backend.buckets, *backend.table_buckets]:
            s3_backends.bucket_accounts[bucket] = (partition, account)
