#!/bin/sh
# Run the tests of the page's modules. Node.js is the one installed, or else the one that
# Playwright brought into the environment given.
set -eu

node=$(command -v node || find "$1"/lib/python*/site-packages/playwright/driver -name node -type f)
if [ -z "$node" ]; then
  echo "The tests in tests/js need Node.js 18 or newer. Install it (apt-get install nodejs)," \
    "then call make again." >&2
  exit 1
fi
files=$(find tests/js -name '*.test.js' | sort)
if [ -z "$files" ]; then
  echo "There is no test in tests/js; their names end in .test.js." >&2
  exit 1
fi
# Files are named one by one, since versions of Node.js differ in what a folder means to --test.
# shellcheck disable=SC2086
exec "$node" --test $files
