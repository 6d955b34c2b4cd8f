#!/usr/bin/env bash
# Makes sure of the programs and libraries that pip cannot bring. Usage: system.sh GROUP...
#   base          what Engross itself needs: WeasyPrint's libraries and Python's venv
#   test          what `make test` needs besides
#   pictures      what `make pictures` needs besides
#   conformance   what `make conformance` needs besides
# When all is there it does nothing and needs no network. Otherwise it installs Debian's packages, or says how to.
set -euo pipefail
PATH=$PATH:/usr/sbin:/sbin # where Debian keeps ldconfig

library() { [[ $(ldconfig -p) == *"$1 "* ]]; }
command_() { command -v "$1" >/dev/null; }
venv() { "${PYTHON:-python3}" -c 'import ensurepip, venv' 2>/dev/null; }
java11() { command_ java && [[ $(java -version 2>&1) =~ version\ \"([0-9]+) ]] && ((BASH_REMATCH[1] >= 11)); }
# LibreOffice may be installed without Writer, which is this library of its.
writer() { command_ soffice && [[ -e $(dirname "$(readlink -f "$(command -v soffice)")")/libswlo.so ]]; }
# Debian's Python can control LibreOffice.
uno() { /usr/bin/python3 -c 'import uno' 2>/dev/null; }

missing=()
# need PACKAGE CHECK...: notes Debian's package unless the check succeeds.
need() { "${@:2}" || missing+=("$1"); }

for group in "$@"; do
    case $group in
    base)
        need libpango-1.0-0 library libpango-1.0.so.0
        need libpangoft2-1.0-0 library libpangoft2-1.0.so.0
        # Without it WeasyPrint subsets fonts by other code: slower, and other bytes.
        need libharfbuzz-subset0 library libharfbuzz-subset.so.0
        need python3-venv venv
        ;;
    test)
        need poppler-utils command_ pdftotext
        need libreoffice-writer-nogui writer
        need python3-uno uno
        need strace command_ strace
        ;;
    pictures)
        need poppler-utils command_ pdftoppm
        need libreoffice-writer-nogui writer
        need chromium command_ chromium
        ;;
    conformance)
        need chromium command_ chromium
        need default-jre-headless java11
        need maven command_ mvn
        need nodejs command_ node
        need npm command_ npm
        ;;
    *)
        echo "system.sh: unknown group '$group'; the groups are base, test, pictures and conformance" >&2
        exit 2
        ;;
    esac
done

((${#missing[@]})) || exit 0

install=(apt-get install --yes --no-install-recommends "${missing[@]}")
if ! command_ apt-get; then
    echo "Missing system packages, here by Debian's names: ${missing[*]}. Install them, then try again." >&2
    exit 1
elif ((EUID != 0)); then
    echo "Missing system packages. Run this, then try again:" >&2
    echo "  sudo apt-get update && sudo ${install[*]}" >&2
    exit 1
fi

echo "Installing ${missing[*]}"
log=$(mktemp)
trap 'rm -f "$log"' EXIT
export DEBIAN_FRONTEND=noninteractive
wait_for_lock="-oDPkg::Lock::Timeout=120"
if ! { apt-get "$wait_for_lock" update && "${install[@]}" "$wait_for_lock"; } >"$log" 2>&1 </dev/null; then
    cat "$log" >&2
    exit 1
fi
