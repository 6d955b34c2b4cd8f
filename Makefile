# Engross: `make render` sets everything up and renders the declaration. CONTRIBUTING.md describes every target.

PYTHON ?= python3
export PYTHON
BIN := .venv/bin
PIP := $(BIN)/pip --quiet --disable-pip-version-check --no-input

.DELETE_ON_ERROR:
.PHONY: render test coverage lint conformance docs pictures bench proof lock clean

render: .venv/.ready          ## the declaration in every format, into build/
	@$(BIN)/engross render source

test: .venv/.ready            ## every test that needs no external validator
	@.ci/system.sh test
	@$(BIN)/pytest --quiet -n auto --dist loadgroup

# Coverage.py itself imports some of the modules that these tests forbid.
UNMEASURED := \
	tests/cli/test_start_up.py::test_a_single_source_is_rendered_without_workers \
	tests/cli/test_start_up.py::test_an_up_to_date_run_imports_no_renderer \
	tests/cli/test_start_up.py::test_text_formats_do_not_pay_for_pdf

coverage: .venv/.ready        ## the same tests, and which branches of the code they reach
	@.ci/system.sh test
	@$(BIN)/coverage erase
	@$(BIN)/coverage run -m pytest --quiet -n auto --dist loadgroup $(addprefix --deselect=,$(UNMEASURED))
	@$(BIN)/coverage report

lint: .venv/.ready            ## style, types and the direction of imports
	@$(BIN)/ruff check --quiet
	@$(BIN)/ruff format --check --quiet
	@$(BIN)/mypy
	@$(BIN)/lint-imports --no-logo

conformance: .venv/.ready     ## the outputs against PDF/UA, PDF/A, Open XML, HTML and WCAG validators
	@tests/conformance/install.sh
	@$(BIN)/pytest --quiet -m conformance

docs: .venv/.ready            ## the documentation site, into docs/_build/
	@rm -rf docs/_build
	@$(BIN)/sphinx-build --builder html --fail-on-warning --keep-going --fresh-env --quiet docs docs/_build
	@echo docs/_build/index.html

pictures: .venv/.ready        ## the pictures in docs/images/
	@.ci/system.sh pictures
	@$(BIN)/python -m docs.pictures

bench: .venv/.ready           ## speed, beside pandoc's
	@$(BIN)/python tests/bench/run.py
	@$(BIN)/python -m tests.bench.word
	@$(BIN)/python -m tests.bench.batch

proof: .venv/.ready           ## the long tests, and the speed
	@tests/conformance/install.sh
	@$(BIN)/pytest --quiet -m proof
	@$(MAKE) --no-print-directory bench

lock: .venv/.locked           ## the newest versions that pyproject.toml allows, into requirements.lock
	@$(BIN)/uv pip compile pyproject.toml --all-extras --universal --upgrade --generate-hashes \
		--no-header --no-emit-index-url --no-emit-find-links --quiet --output-file requirements.lock

clean:                        ## all that make made, but for what is in build/
	@rm -rf .venv .tools dist docs/_build .hypothesis .coverage* .*_cache
	@find render docs tests -name __pycache__ -prune -exec rm -rf {} +

# Set-up in two steps, so that a change to pyproject.toml alone does not install everything again.
.venv/.locked: requirements.lock
	@.ci/system.sh base
	@$(PYTHON) -c 'import sys; sys.exit(sys.version_info < (3, 11) and "Engross needs Python 3.11 or later; try make PYTHON=…")'
	@echo "Setting up .venv"
	@$(PYTHON) -m venv --clear .venv
	@$(PIP) install --require-hashes --requirement requirements.lock
	@touch $@

.venv/.ready: .venv/.locked pyproject.toml
	@$(PIP) install --no-deps --no-build-isolation --editable .
	@unfit=$$($(BIN)/pip check) || \
		{ echo "$$unfit"; echo "requirements.lock does not fit pyproject.toml; run: make lock"; exit 1; } >&2
	@touch $@
