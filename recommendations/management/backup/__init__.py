"""An installation in one file, and out of it again; docs/backup.md says what such a file looks like inside."""
