"""The allowed content of the MAGDA messages of the KBI, and the cut of a dossier into blocks.

It follows the published schemas (KBI-02.00: KBIComplex, KBIEnum, KBISimple; Inburgering-01.00: InburgeringComplex;
Generiek-02.00), which are not part of the project. A table marked "assumption" replaces a code list that is not
public; corrections go there and nowhere else. `values` has dates, times and numbers, `enumerations` the code lists,
`kbi02` and `inburgering01` the two models of a dossier.
"""
