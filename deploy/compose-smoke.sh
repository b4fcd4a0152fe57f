#!/usr/bin/env bash
# Brings docker-compose.yml up, writes a file through the published NBD port, flushes both ends and compares the volume
# with the destination's image, byte by byte; then the role goes to the destination and back, and each source serves what
# the one before it took. Leaves nothing behind. Needs Docker with Compose v2, nbdcopy, qemu-io and
# a build (mvn package).
set -euo pipefail
cd "$(dirname "$0")/.."

work=$(mktemp -d)
project=ringmirror-smoke-$$
compose() { docker compose --project-name "$project" "$@"; }
finish() {
  local result=$?
  ((result == 0)) || compose logs --no-color --tail 40 >&2 || true
  compose down --volumes --timeout 20 >/dev/null 2>&1 || true
  rm -rf "$work"
  exit "$result"
}
trap finish EXIT

docker build -q -t ringmirror . >/dev/null
compose up --no-build --detach --wait --wait-timeout 240 east west tracker

# 8 MiB that do not compress at the front of the volume, the rest of it a hole.
head -c $((8 << 20)) /dev/urandom >"$work/in"
truncate -s 1G "$work/in"
nbdcopy --destination-is-zero "$work/in" nbd://127.0.0.1:10809/demo/disk

cli() { compose run --rm -T cli "$@"; }
cli flush demo --server east
cli wait demo --sealed 1 --timeout 60s
cli flush demo --server west
cli wait demo --released 1 --timeout 60s
cli status

wanted=$(sha256sum <"$work/in" | cut -d' ' -f1)
copied=$(compose exec -T west sha256sum /var/lib/ringmirror/demo/volumes/disk.img | cut -d' ' -f1)
if [[ $copied != "$wanted" ]]; then
  echo "compose smoke: the destination's image differs from what was written" >&2
  exit 1
fi

# serve PORT: compares the volume there with what was written, writes other bytes to its front.
serve() {
  nbdcopy "nbd://127.0.0.1:$1/demo/disk" "$work/out"
  cmp "$work/in" "$work/out"
  head -c $((1 << 20)) /dev/urandom >"$work/more"
  dd if="$work/more" of="$work/in" conv=notrunc status=none
  qemu-io -f raw -c "write -s $work/more 0 1M" -c flush "nbd://127.0.0.1:$1/demo/disk" >/dev/null
}
cli promote demo --server west --execute --wait
serve 10819
cli promote demo --server east --execute --wait
serve 10809
echo "compose smoke: written through NBD, released, the same at the destination, promoted and failed back"
