"""What Glue runs: the job of the installed wheel."""

from millrace_etl.job import main

main()
