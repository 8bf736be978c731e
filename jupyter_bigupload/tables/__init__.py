"""Tables in files: what is in them, how they are to be read, and how they are kept without losing anything.

It knows files, recipes and DuckDB; nothing of uploads, of stores or of HTTP. DuckDB and pyarrow are loaded
where they are used, in processes of their own: the server never has them in its memory.
"""
