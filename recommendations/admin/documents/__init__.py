"""A source from a PDF or Word file: the file, its draft with the page beside the rows, and how it becomes a source."""
