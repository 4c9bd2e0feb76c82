"""A TradingNode trades on a Paradex of this machine, which fails it in the middle.

`python -m examples.demo --help`. The venue is a process of its own; the node is in this one. What
both sides say at the end is held against each other, and the exit code says whether it agreed.

| file             | what it is                                                    |
|------------------|---------------------------------------------------------------|
| `__main__`       | arguments in, story and exit code out                         |
| `director`       | the story: what happens in which order                        |
| `failures`       | the three ways in which the venue fails                       |
| `strategy`       | the trader: an ordinary Nautilus strategy                     |
| `node`           | the TradingNode and its configuration                         |
| `account`        | a fresh key, onboarded with its signature                     |
| `venue_process`  | the venue's process and its control interface                 |
| `watch`          | what the charts did, and waiting for it                       |
| `timeline`       | what the charts did, to be read                               |
| `sides`          | what the venue says, what the node says                       |
| `comparison`     | whether they say the same                                     |
| `pictures`       | the charts with what this run visited                         |
| `progress`       | what is happening now                                         |
"""
