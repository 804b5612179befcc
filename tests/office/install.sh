#!/usr/bin/env bash
# Installs what reads the office files of a report: openpyxl and openxml-audit into the target folder, LibreOffice and the tools of Poppler on the
# system.
set -euo pipefail
cd "$(dirname "$0")/../.."
. tests/packages.sh
python_environment office "openpyxl, openxml_audit"
command -v soffice >/dev/null || install_package libreoffice-calc
command -v pdftotext >/dev/null || install_package poppler-utils
