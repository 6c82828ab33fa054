"""What AWS's APIs do, tried by boto3 alone: on the local cloud or on an account of AWS.

``MILLRACE_CONFORMANCE_TARGET=aws`` runs it against the account and region that boto3 finds by
itself (``AWS_PROFILE``, ``AWS_REGION``). ``MILLRACE_CONFORMANCE_ROLE`` names the role of the state
machines, which must be allowed ``ssm:GetParameter`` and what a role of a state machine always is.
Everything a test makes has a name of its own and is removed afterwards.
"""
