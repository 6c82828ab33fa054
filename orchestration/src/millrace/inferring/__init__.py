"""Write a dataset's spec from a sample of its data."""

from millrace.inferring.columns import InferredColumn
from millrace.inferring.document import write_spec
from millrace.inferring.sample import Sample, read_sample

__all__ = ["InferredColumn", "Sample", "read_sample", "write_spec"]
