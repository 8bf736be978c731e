"""Buckets of real object stores in Chromium, in JupyterLab and Notebook."""
