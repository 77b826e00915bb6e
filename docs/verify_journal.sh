#!/bin/sh
# Verifies a journal with sqlite3 and sha256sum alone, and its newest checkpoint with openssl where a public key is
# given. Written from docs/audit.md, without looking at DutyDeck. One process an entry: slow, and meant to be read.
#   sh verify_journal.sh JOURNAL [PUBLIC_KEY]
set -eu
journal=$1 public=${2:-}
work=$(mktemp -d)
trap 'rm -rf "$work"' EXIT
ask() { sqlite3 -readonly "$journal" "$1"; }
fail() { echo "ALTERED at entry $1: $2"; exit 1; }

begin=$(ask "SELECT coalesce(max(number), 0) FROM segments")
before=$(ask "SELECT hash FROM segments WHERE number = $begin")
[ "$begin" -gt 0 ] || before=$(printf '0%.0s' $(seq 64))

expected=$((begin + 1))
# What is hashed, as hexadecimal digits, so that no character of it means anything to the shell.
ask "SELECT number, hash, hex(number || char(31) || at_ns || char(31) || kind || char(31) || actor || char(31) || body)
     FROM entries WHERE number > $begin OR number < 1 ORDER BY number" >"$work/rows"
while IFS='|' read -r number hash rest; do
  [ "$number" = "$expected" ] || fail "$number" "entry $expected was next"
  head=$(printf '%s\037' "$before" | od -An -v -tx1 | tr -d ' \n')
  made=$(printf '%s%s' "$head" "$rest" | xxd -r -p | sha256sum | cut -d' ' -f1)
  [ "$made" = "$hash" ] || fail "$number" "its hash is not that of its columns and the entry before"
  before=$hash expected=$((expected + 1))
done <"$work/rows"
echo "holds: $((expected - begin - 1)) entries, head $before"

[ -n "$public" ] || exit 0
ask "SELECT number, hash, at_ns, key, signature FROM checkpoints ORDER BY number DESC LIMIT 1" >"$work/newest"
IFS='|' read -r number hash at_ns key signature <"$work/newest" || fail "$expected" "there is no checkpoint"
[ "$number" -lt "$expected" ] || fail "$expected" "entries up to $number are missing"
[ "$(ask "SELECT hash FROM entries WHERE number = $number")" = "$hash" ] || fail "$number" "the checkpoint says otherwise"
printf 'dutydeck journal checkpoint\nnumber %s\nhash %s\nat_ns %s\nkey %s\n' "$number" "$hash" "$at_ns" "$key" >"$work/said"
printf '%s' "$signature" | base64 -d >"$work/signature"
openssl pkeyutl -verify -pubin -inkey "$public" -rawin -in "$work/said" -sigfile "$work/signature" >/dev/null 2>&1 ||
  fail "$number" "the checkpoint is not signed with this key"
echo "signed up to entry $number by key $key"
