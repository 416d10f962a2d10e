"""The style guide: its page, the states in which components are drawn there, what fills them, and the tokens."""
