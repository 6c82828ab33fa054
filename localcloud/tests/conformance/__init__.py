"""What AWS's APIs do, tried by boto3 alone: on the local cloud or on an account of AWS.

``MILLRACE_CONFORMANCE_TARGET=aws`` runs it against the account and region that boto3 finds by
itself (``AWS_PROFILE``, ``AWS_REGION``). ``MILLRACE_CONFORMANCE_ROLE`` names the role of what the
tests make: EventBridge, its Scheduler, Glue, Lambda, SageMaker and Step Functions must be able to
assume it, and it must be allowed what they ask for here. ``MILLRACE_CONFORMANCE_IMAGE`` names the
image of SageMaker's containers, in which ``python`` must be found. What has no role or no image is
skipped. Everything a test makes has a name of its own and is removed afterwards.
"""
