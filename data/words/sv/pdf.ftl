# PDF: rapporten för utskrift
exporter-pdf = slides.pdf och report.pdf: bildspelet och hela rapporten som taggad PDF
pdf-contents = Innehåll
pdf-marks = Tecken: .. dolt tal · . uppgiften saknas · 0 noll
pdf-release-internal = intern utgåva
pdf-release-public = publik utgåva
