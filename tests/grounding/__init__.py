"""Replies with one fact altered, drawn from templates, against the screen."""
