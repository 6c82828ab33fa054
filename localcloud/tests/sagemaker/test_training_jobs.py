from __future__ import annotations

import pytest
from botocore.exceptions import ClientError

SLEEP = "import time; time.sleep(600)"


def test_a_job_that_takes_too_long_is_stopped(sagemaker):
    job = sagemaker.trained(sagemaker.train(SLEEP, StoppingCondition={"MaxRuntimeInSeconds": 1}))

    assert job["TrainingJobStatus"] == "Stopped"
    assert job["SecondaryStatus"] == "MaxRuntimeExceeded"


def test_an_algorithm_of_awss_own_is_refused_by_name(sagemaker):
    algorithm = {"AlgorithmName": "arn:aws:sagemaker:::algorithm/x", "TrainingInputMode": "File"}

    with pytest.raises(ClientError, match="AlgorithmName does not work in the local cloud"):
        sagemaker.train(SLEEP, AlgorithmSpecification=algorithm)
