"""What was going on when the cloud was stopped, as it comes back from the saved state."""

from __future__ import annotations

import pickle
from inspect import signature

import pytest

from millrace_localcloud.cloud import ACCOUNT, REGION
from millrace_localcloud.glue.backend import GlueBackend
from millrace_localcloud.glue.crawlers.run import Crawler, CrawlRecord
from millrace_localcloud.glue.jobs.backend import Job
from millrace_localcloud.glue.jobs.run import JobRun
from millrace_localcloud.sagemaker.backend import SageMakerBackend
from millrace_localcloud.sagemaker.record import JobRecord


def made(kind, **given):
    """An instance of ``kind``, with None for every argument that is not given."""
    return kind(**{**dict.fromkeys(signature(kind).parameters), **given})


def test_a_run_without_its_process_has_failed():
    backend = GlueBackend(REGION, ACCOUNT)
    run, ended = (
        JobRun(job_name="etl", glue_version="5.0", attempt=0, arguments={}) for _ in range(2)
    )
    ended.end("SUCCEEDED")
    job = made(Job, name="etl", backend=backend)
    job.job_runs += pickle.loads(pickle.dumps([run, ended]))
    backend.jobs["etl"] = job

    backend.end_lost_runs()

    states = [(run.status, run.as_dict().get("ErrorMessage")) for run in job.job_runs]
    assert states == [
        ("FAILED", "The local cloud was stopped while the job ran"),
        ("SUCCEEDED", None),
    ]


def test_a_crawl_without_its_crawler_has_failed():
    backend = GlueBackend(REGION, ACCOUNT)
    crawler = made(Crawler, name="landing", backend=backend)
    crawler.crawls.append(pickle.loads(pickle.dumps(CrawlRecord("landing"))))
    backend.crawlers["landing"] = crawler

    backend.end_lost_crawls()

    assert crawler.as_dict()["State"] == "READY"
    assert crawler.as_dict()["LastCrawl"]["Status"] == "FAILED"


@pytest.mark.parametrize("kind", ["Processing", "Training", "Transform"])
def test_a_sagemaker_job_without_its_process_has_failed(kind):
    backend = SageMakerBackend(REGION, ACCOUNT)
    record = JobRecord(kind, "arn", {f"{kind}JobName": "lost"})
    jobs = getattr(backend, f"{kind.lower()}_jobs")
    jobs["lost"] = pickle.loads(pickle.dumps(record))

    backend.end_lost_jobs()

    described = backend.job(kind, "lost").describe()
    assert described[f"{kind}JobStatus"] == "Failed"
    assert "was stopped" in described["FailureReason"]
