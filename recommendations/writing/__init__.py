"""What pages share where somebody writes, with a login or from a mail: keys, what stands, the form for a status."""
