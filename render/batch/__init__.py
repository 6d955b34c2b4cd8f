"""Many documents: rendered in parallel, each in a process that can crash alone, and only those that are out of date.

run.py             the steps of a run, in their order. Read this first
settings.py        how a run works: the number of jobs and their limits
events.py          what a run reports while it goes on
sources.py         the files, folders and patterns of a command to sources
ids.py             the ids of sources that don't begin with them, found in worker processes
plan.py            sources to jobs: which outputs are out of date, and why
owners.py          which source owns an output, of several with the same id
fingerprint.py     what determines an output's bytes besides its source
job.py             one job: render a source, in a worker or in the command's own process
executors.py       run the jobs: in this process, in worker processes, or on a cluster
single.py          the only job of a batch, in a process of its own
supervisor.py      start worker processes, give them jobs, and replace those that fail; independent of documents
worker.py          a worker process
fork_server_folder.py  removes the folder of the fork server's socket if the parent is killed
outcomes.py        what the supervisor and its workers exchange
cluster.py         run chunks of jobs on the workers of a Dask cluster
cluster_worker.py  the process that a Dask worker starts for a chunk: it has a supervisor of its own
answers.py         what those processes answer, as text that the command checks
inert_pickle.py    lets Dask read pickles from a cluster as data alone
orphans.py         outputs that no source produces any more
build_db.py        which output was built from what: a database in `.engross/` of the output folder
lock.py            one run at a time in a folder or bucket
memory.py          the peak memory of a process
report.py          what a run did, as JSON
junit.py           the same as XML for programs that read JUnit reports
"""
