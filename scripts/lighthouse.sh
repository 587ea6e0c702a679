#!/bin/sh
# Print what Lighthouse says of the pages of a running server:
#
#     scripts/lighthouse.sh http://127.0.0.1:8000
#
# It needs npm with Node.js 22 (20 does, with warnings), and a Chromium, which CHROME_PATH may name. A class is
# opened on the server for the page of its code, and one session for each look at the lab.
set -eu

server=${1:?"say where the server is, as in $0 http://127.0.0.1:8000"}
CHROME_PATH=${CHROME_PATH:-$(command -v chromium || command -v google-chrome)}
export CHROME_PATH
folder=$(mktemp -d)
trap 'rm -rf "$folder"' EXIT

code=$(curl --silent --fail --json '{"preset": "xor"}' "$server/api/classes" |
  sed 's/.*"code": *"\([^"]*\)".*/\1/')
printf '%-20s %12s %14s %15s %4s\n' page performance accessibility best-practices seo
for page in / /lessons /lessons/one-neuron /class "/class/$code" /privacy; do
  npx --yes lighthouse@13.5.0 "$server$page" --quiet --output json --output-path "$folder/report.json" \
    --preset desktop --chrome-flags="--headless=new --no-sandbox"
  node -e '
    const { categories, audits } = JSON.parse(require("fs").readFileSync(process.argv[1]));
    const score = (name) => Math.round(100 * categories[name].score);
    const [page, names] = [process.argv[2], ["performance", "accessibility", "best-practices", "seo"]];
    console.log(page.padEnd(20), ...names.map((name, i) => String(score(name)).padStart([12, 14, 15, 4][i])));
    for (const name of names.slice(1, 3))
      for (const { id } of categories[name].auditRefs)
        if (audits[id].score !== null && audits[id].score < 1) console.log("   ", audits[id].title);
  ' "$folder/report.json" "$page"
done
