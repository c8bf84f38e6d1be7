#!/usr/bin/env bash
# The history of scheduled runs on a branch of its own: it is in every clone, a line a run and gate can be read in a diff, and unlike a cache or an
# artifact nobody evicts it.  history.sh get FOLDER | history.sh put FOLDER MESSAGE    FOLDER: history-branch/<name>
set -euo pipefail
branch=${LNB_HISTORY_BRANCH:-lnb-history}
tree=$(dirname "$2")
case $1 in
  get)
    found=0
    # 2: the remote was asked and has no such branch. Anything else is no reason to begin a history anew.
    git ls-remote --quiet --exit-code origin "refs/heads/$branch" >/dev/null || found=$?
    if [ "$found" -eq 0 ]; then
      git fetch --quiet --depth=1 origin "$branch"
      git worktree add --quiet --detach "$tree" FETCH_HEAD
    elif [ "$found" -eq 2 ]; then
      git worktree add --quiet --detach "$tree" HEAD
      git -C "$tree" checkout --quiet --orphan "$branch-new"
      git -C "$tree" rm -rfq .
    else
      echo "the branch $branch could not be asked for: without the history nothing is judged" >&2
      exit 1
    fi
    mkdir -p "$2"
    ;;
  put)
    git -C "$tree" add --all .
    if git -C "$tree" diff --cached --quiet; then exit 0; fi
    git -C "$tree" -c user.name=lambda-network-bench -c user.email=lambda-network-bench@users.noreply.github.com commit --quiet -m "$3"
    for _ in 1 2 3; do
      if git -C "$tree" push --quiet origin "HEAD:refs/heads/$branch"; then exit 0; fi
      # Another job was first; it writes another folder.
      git -C "$tree" fetch --quiet origin "$branch"
      git -C "$tree" -c user.name=lambda-network-bench -c user.email=lambda-network-bench@users.noreply.github.com rebase --quiet FETCH_HEAD
    done
    echo "the history could not be pushed to $branch; it is in the artifact of this run" >&2
    exit 1
    ;;
  *)
    echo "history.sh get FOLDER | history.sh put FOLDER MESSAGE" >&2
    exit 2
    ;;
esac
