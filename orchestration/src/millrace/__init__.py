"""Deploy, run and look into pipelines: the ``millrace`` command and what it is made of."""
