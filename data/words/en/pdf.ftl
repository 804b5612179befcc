# PDF: the report to print
exporter-pdf = slides.pdf and report.pdf: the deck and the whole report as tagged PDF
pdf-contents = Contents
pdf-marks = Symbols: .. a hidden number · . no number · 0 zero
pdf-release-internal = internal release
pdf-release-public = public release
