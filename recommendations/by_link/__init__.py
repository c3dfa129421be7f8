"""What staff do from a mail without a login: say how their items stand, »ikke min«, how often they want mail."""
