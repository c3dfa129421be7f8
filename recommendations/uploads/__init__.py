"""Files that people upload: which are taken, and what is taken out of them before they are kept. It knows no models.

What one sees when one opens a file stays. What one does not see goes: who made it and where, comments, changes and
earlier versions, attachments, scripts. What cannot be told apart is refused with a sentence.
"""

from recommendations.uploads.accepting import CLEANED, accepted, digest_of
from recommendations.uploads.kinds import ACCEPT, KINDS, FileKind, content_type_of, kind_of

__all__ = ["ACCEPT", "CLEANED", "KINDS", "FileKind", "accepted", "content_type_of", "digest_of", "kind_of"]
