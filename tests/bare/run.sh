#!/usr/bin/env bash
# Proves on a bare Debian that all installs of tests/run.sh succeed and that `cargo run --release -- report` builds and runs,
# with only the Rust toolchain of this machine and what the README names. Needs root.
#   bash tests/bare/run.sh [FOLDER]   FOLDER (default: bare in the target folder) becomes the root of that machine
# The suite is that of this machine (BARE_SUITE sets another).
set -euo pipefail
cd "$(dirname "$0")/../.."
. tests/packages.sh
target=${CARGO_TARGET_DIR:-$PWD/target}
root=${1:-$target/bare}
suite=${BARE_SUITE:-$(. /etc/os-release && echo "${VERSION_CODENAME:-}")}
[ "$(id -u)" = 0 ] || {
    echo "a bare machine is made by root: sudo bash tests/bare/run.sh" >&2
    exit 1
}
command -v debootstrap >/dev/null || install_package debootstrap

leave() {
    local code=$?
    umount -R "$root/proc" "$root/dev" 2>/dev/null || true
    [ "$code" != 0 ] || rm -rf --one-file-system "$root"
    exit "$code"
}
trap leave EXIT
umount -R "$root/proc" "$root/dev" 2>/dev/null || true
rm -rf --one-file-system "$root"
echo "== a bare $suite in $root"
debootstrap --variant=minbase --include=ca-certificates "$suite" "$root" >"$root.log" 2>&1 || {
    tail -20 "$root.log" >&2
    exit 1
}
# Like a new machine: no package lists.
rm -rf "$root"/var/lib/apt/lists/* "$root"/var/cache/apt/archives/*.deb
mount --bind /dev "$root/dev"
mount -t proc proc "$root/proc"

# How this machine reaches its network: names, certificates, variables.
cp /etc/resolv.conf /etc/hosts "$root/etc/"
cp /etc/ssl/certs/ca-certificates.crt "$root/etc/ssl/certs/"
network=()
for name in http_proxy https_proxy no_proxy HTTP_PROXY HTTPS_PROXY NO_PROXY SSL_CERT_FILE CARGO_HTTP_CAINFO PIP_CERT NODE_EXTRA_CA_CERTS; do
    [ -z "${!name:-}" ] || network+=("$name=${!name}")
done

# The Rust toolchain, and the sources as they are committed.
toolchain=$(rustc --print sysroot)
mkdir -p "$root/opt/rust"
cp -a "$toolchain/." "$root/opt/rust/"
git clone --quiet --no-hardlinks . "$root/src/elevflode"

bare() {
    chroot "$root" /usr/bin/env -i HOME=/root PATH=/opt/rust/bin:/usr/sbin:/usr/bin:/sbin:/bin LANG=C.UTF-8 \
        CARGO_TARGET_DIR=/target "${network[@]}" bash -c "cd /src/elevflode && $1"
}
echo "== the installs of tests/run.sh"
bare '. tests/steps.sh && set -e && install_all'
echo "== cargo run --release -- report"
start=$SECONDS
bare 'cargo run --release --locked --quiet -- report --out /report && ls /report/index.html /report/slides.pdf'
echo "== built and run in $((SECONDS - start)) s"
