"""Many documents, rendered side by side, each in a process that can die alone, and only those that are out of date.

run.py             all steps in their order. Read this first
events.py          what a run reports while it goes on
settings.py        how a run works: its jobs and their limits
sources.py         what a command names to sources
plan.py            sources to jobs: which outputs of each are out of date, and why
fingerprint.py     what decides an output's bytes besides its source
executors.py       runs the jobs: in this process, in worker processes, or on a cluster
supervisor.py      jobs to outcomes, in worker processes; it knows nothing of documents
cluster.py         chunks of jobs to outcomes, on the workers of a Dask cluster
cluster_worker.py  the process that a Dask worker starts for a chunk: a supervisor again
job.py             one job: inside a worker, or in the process itself
build_db.py        which output was built from what, in `.engross/` of the output folder
lock.py            one run at a time in a folder or bucket
memory.py          the peak memory of a process
report.py          what a run did, as JSON and as JUnit XML
"""
