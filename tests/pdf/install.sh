#!/usr/bin/env bash
# Installs what reads the PDF files of a report: qpdf and the tools of Poppler.
set -euo pipefail
cd "$(dirname "$0")/../.."
. tests/packages.sh
command -v qpdf >/dev/null || install_package qpdf
command -v pdftotext >/dev/null || install_package poppler-utils
