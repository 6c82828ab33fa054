"""Bring a deployment to the state that the checkout declares."""

from millrace.deploying.datasets import publish_dataset
from millrace.deploying.services import deploy_services

__all__ = ["deploy_services", "publish_dataset"]
