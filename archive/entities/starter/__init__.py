"""The starter list: names that a new archive knows before anybody has told it any, and what they were made from."""
