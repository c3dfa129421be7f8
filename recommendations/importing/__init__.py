"""A source as a spreadsheet: file -> tables -> rows -> preview -> written through the actions; and out again.

`tables` reads any file, `sheets` says what each column is, `reading` makes rows of tables, `stored` makes the same rows
of what is here, `plan` holds the two beside each other, `applying` writes the difference, `writing` makes a file.
"""
