"""Chromium against a real Jupyter server, with its login and its XSRF checks on."""
