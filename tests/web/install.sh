#!/usr/bin/env bash
# Installs what opens the page in a browser: Chromium and node on the system, playwright-core and axe-core in the target folder.
set -euo pipefail
cd "$(dirname "$0")/../.."
. tests/packages.sh
command -v chromium >/dev/null || install_package chromium
node_packages tests/web
