"""What the MAGDA messages of the KBI may hold, and how a dossier is cut into blocks.

Written after the published schemas (KBI-02.00: KBIComplex, KBIEnum, KBISimple; Inburgering-01.00:
InburgeringComplex; Generiek-02.00), which are not part of the project. A table marked "assumption" stands
for a code list that is not public: it is the one place to correct. `values` has dates, times and numbers,
`enumerations` the code lists, `kbi02` and `inburgering01` the two models of a dossier.
"""
