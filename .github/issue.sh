#!/usr/bin/env bash
# One issue a place for all its regressions: made once, its text follows the newest verdict, closed when every gate passes again.
# issue.sh LABEL VERDICT.json SUMMARY.md
set -euo pipefail
label=$1 verdict=$2 summary=$3
state=$(node -e '
  const { gates } = JSON.parse(require("node:fs").readFileSync(process.argv[1], "utf8"));
  const passes = ["no regression", "cleared", "faster"];
  const any = (test) => gates.some(({ verdict }) => test(verdict));
  console.log(any((v) => v === "regression") ? "regression" : gates.length > 0 && !any((v) => !passes.includes(v)) ? "passed" : "open");
' "$verdict")
open=$(gh issue list --label "$label" --state open --limit 1 --json number --jq '.[0].number // empty')
body=$(mktemp)
{ cat "$summary"; echo; echo "From $GITHUB_SERVER_URL/$GITHUB_REPOSITORY/actions/runs/$GITHUB_RUN_ID"; } > "$body"
case $state in
  regression)
    if [ -n "$open" ]; then
      gh issue edit "$open" --body-file "$body"
    else
      gh label create "$label" --force --description "Scheduled runs of lambda-network-bench" >/dev/null
      gh issue create --label "$label" --title "Scheduled run: regression ($label)" --body-file "$body"
    fi
    ;;
  passed)
    if [ -n "$open" ]; then gh issue close "$open" --comment "$(cat "$body")"; fi
    ;;
  *) echo "nothing decided: the issue, if there is one, stays as it is" ;;
esac
