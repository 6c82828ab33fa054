"""Requests that Athena's API refuses."""

from __future__ import annotations


class RequestRefused(Exception):
    """InvalidRequestException of the API."""

    code = "InvalidRequestException"


class ResourceMissing(RequestRefused):
    """ResourceNotFoundException of the API."""

    code = "ResourceNotFoundException"


class MetadataMissing(RequestRefused):
    """MetadataException of the API."""

    code = "MetadataException"
