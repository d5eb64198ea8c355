"""What small pictures and tables for people are made of: marks, axes, Markdown.

What is drawn of which table stands in the room of the table.
"""
