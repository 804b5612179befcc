#!/usr/bin/env bash
# Installs what reads the office files of a report: openpyxl, python-pptx and two checkers into the target folder; LibreOffice,
# typefaces as wide as Arial and Calibri, librsvg and the tools of Poppler on the system.
set -euo pipefail
cd "$(dirname "$0")/../.."
. tests/packages.sh
python_environment office "openpyxl, openxml_audit, ooxml_integrity, pptx"
command -v soffice >/dev/null || install_package libreoffice-calc
[ -e /usr/lib/libreoffice/program/simpress ] || install_package libreoffice-impress
[ -e /usr/share/fonts/truetype/liberation ] || install_package fonts-liberation
[ -e /usr/share/fonts/truetype/crosextra ] || install_package fonts-crosextra-carlito
command -v rsvg-convert >/dev/null || install_package librsvg2-bin
command -v pdftotext >/dev/null || install_package poppler-utils
