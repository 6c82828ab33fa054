"""The resource types, grouped by service: each is a few boto3 calls to this cloud."""
