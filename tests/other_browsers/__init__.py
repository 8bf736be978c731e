"""The main ways of a file in Firefox and in WebKit, with a real server behind them."""
