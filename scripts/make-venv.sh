#!/bin/sh
# Make a virtual environment in the folder given, with the first Python here that is new enough.
set -eu

say() {
  echo "$*" >&2
}

is_new_enough() {
  "$1" -c 'import sys; sys.exit(sys.version_info < (3, 11))' 2>/dev/null
}

for python in python3 python3.14 python3.13 python3.12 python3.11 ''; do
  if [ -n "$python" ] && is_new_enough "$python"; then break; fi
done
if [ -z "$python" ]; then
  say "Backstep needs Python 3.11 or newer. Install it, then call make again."
  exit 1
fi

# Debian keeps what makes environments in a package of its own.
if ! "$python" -c 'import ensurepip' 2>/dev/null; then
  if [ "$(id -u)" = 0 ] && command -v apt-get >/dev/null; then
    apt-get update && apt-get install --yes python3-venv
  else
    say "Python's venv is missing. Install it (apt-get install python3-venv), then call make again."
    exit 1
  fi
fi
"$python" -m venv "$1"
