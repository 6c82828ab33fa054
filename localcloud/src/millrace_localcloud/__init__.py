"""The embedded AWS: one process on 127.0.0.1 that does the work it reports.

``cloud`` holds what every part shares, ``server`` wires the parts to moto and listens, and each
remaining package or module is one AWS service with an ``install(cloud)``.
"""
