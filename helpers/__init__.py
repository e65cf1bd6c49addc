"""What the notebooks import: data, label inference, plots and exercise checks.

One module or folder per question: where does the data come from (`datasets`), what do these cluster ids
mean (`labels`), how is it drawn (`plotting`), how does it move (`interactive`), what does it cost (`cost`),
and did I get it right (`exercises`). `quiet` loads TensorFlow without its messages.
"""
