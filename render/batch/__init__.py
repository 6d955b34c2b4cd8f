"""Many documents: rendered side by side, each in a process that can die alone, and only those that are not done yet.

sources.py     what a command names → the sources
plan.py        sources → jobs: what of each has to be made, and why
recipe.py      what decides an output's bytes besides its source
supervisor.py  jobs → outcomes, in worker processes; it knows nothing of documents
ways.py        the jobs of a run, done: in this process, by a supervisor here, or on a cluster
cluster.py     chunks of jobs → outcomes, on the workers of a Dask cluster
chunk.py       a chunk, and the process that a Dask worker has for it: a supervisor again
work.py        one job, done: inside a worker, or in the process itself
ledger.py      what was made of what, in `.engross/` of the folder that it was written into
lock.py        one run at a time in a folder or bucket
run.py         all of these in their order. Read this first
report.py      what a run did, as JSON and for readers of JUnit
"""
