#!/usr/bin/env bash
# Checks the types of the explorer and bundles it: data/page/explorer.js and the licences of what is in it.
#   bash web/build.sh            write both
#   bash web/build.sh --check    fail if they are not what web/ builds
# The packages of package-lock.json are installed in the target folder; the same sources give the same bytes anywhere.
set -euo pipefail
cd "$(dirname "$0")/.."
readonly BUNDLE=explorer.js LICENCES=explorer.licences.txt
case "${1:-}" in
'' | --check) ;;
*)
    echo "unknown: $1; bash web/build.sh [--check]" >&2
    exit 2
    ;;
esac
[ -e web/src/main.ts ] || {
    echo "web/src/main.ts is missing" >&2
    exit 1
}

. tests/packages.sh
node_packages web
folder="$(cd "${CARGO_TARGET_DIR:-target}/web" && pwd)"
rm -rf "$folder/src"
cp -R web/src web/tsconfig.json web/licences.mjs "$folder/"
(
    cd "$folder"
    node_modules/.bin/tsc --noEmit --pretty false | sed 's|^src/|web/src/|' >&2
    # One line; licences are in the other file, and comments would only repeat them.
    node_modules/.bin/esbuild src/main.ts --bundle --format=iife --minify --charset=utf8 --target=es2020 \
        --legal-comments=none --tree-shaking=true --log-level=warning --color=false \
        --metafile=bundled.json --outfile="$BUNDLE"
    node licences.mjs bundled.json "$LICENCES"
)
# The bundle is inside an element of the page.
if grep -qiE '</script|<!--' "$folder/$BUNDLE"; then
    echo "the bundle holds </script or <!--, which would end it inside a page: build that text from two pieces" >&2
    exit 1
fi

for file in "$BUNDLE" "$LICENCES"; do
    if [ "${1:-}" != --check ]; then
        cp "$folder/$file" "data/page/$file"
        echo "data/page/$file: $(wc -c <"data/page/$file") bytes"
    elif ! cmp -s "$folder/$file" "data/page/$file"; then
        echo "data/page/$file is not what web/ makes: run bash web/build.sh and commit what it writes" >&2
        exit 1
    fi
done
