#!/usr/bin/env python3
"""An agent that does nothing: it lets the drill's time go by. What it comes to is what any other is held against."""

import json
import sys

for _ in sys.stdin:  # the first line of a drill; of another one, where the program is kept
    answer = {"over": False}
    while not answer["over"]:
        print("next 48h", flush=True)
        answer = json.loads(sys.stdin.readline())
