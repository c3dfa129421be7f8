"""A source as a PDF or Word file: file -> lines -> rows found by rules -> what somebody makes of them -> tables.

`reading` asks a process of its own for words, `layout` makes lines of them, `finding` rows of lines by the `rules`,
`drafting` is what is done to rows by hand, and `handing_on` gives them to the same import as a spreadsheet.
No language model, and nothing guessed in silence: what is uncertain is marked with the reason.
"""
