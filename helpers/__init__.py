"""What the notebooks import: data, label inference, plots and exercise checks.

One module per question: where does the data come from (`datasets`), what do these cluster ids mean
(`labels`), how is it drawn (`plotting`), and did I get it right (`exercises`).
"""
