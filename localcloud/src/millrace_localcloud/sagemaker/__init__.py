"""SageMaker processing, training and transform jobs."""

from __future__ import annotations

from millrace_localcloud.cloud import Cloud


def install(cloud: Cloud) -> None:
    """Replace moto's jobs by ones that run."""
    from moto.sagemaker.responses import SageMakerResponse as MotoSageMakerResponse

    from millrace_localcloud import seams
    from millrace_localcloud.sagemaker.backend import SageMakerBackend
    from millrace_localcloud.sagemaker.responses import SageMakerResponse
    from millrace_localcloud.sagemaker.runner import SageMakerRunner

    SageMakerBackend.runner = SageMakerRunner(cloud)
    seams.replace_backend("sagemaker", "sagemaker_backends", SageMakerBackend)
    seams.replace_responses("sagemaker", MotoSageMakerResponse, SageMakerResponse)


def restored(cloud: Cloud) -> None:
    """End what was running when the saved state was written."""
    from moto.sagemaker.models import sagemaker_backends

    for regions in sagemaker_backends.values():
        for backend in regions.values():
            backend.end_lost_jobs()
