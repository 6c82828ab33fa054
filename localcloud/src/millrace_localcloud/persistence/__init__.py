"""What survives a stop, and a kill: the state of every AWS service, in one file.

``pickling`` says what a snapshot holds, ``snapshot`` keeps it as a file, ``saver`` decides when.
"""
