"""What Glue jobs and SageMaker jobs share: supervised children, their logs and their errors."""
