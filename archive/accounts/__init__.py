"""The pages on which people log in, and look after their own accounts: part of the admin site."""
