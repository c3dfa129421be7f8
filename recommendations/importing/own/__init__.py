"""The rows that somebody may write about as a spreadsheet: out, filled in, and in again as drafts.

`sheets` says what each column is, `stands` reads what stands about the rows, `files` makes a file of it, `plan` holds a
file beside what stands now, `writing` writes what was chosen, through the actions. To undo it: `importing.undoing`.
"""
