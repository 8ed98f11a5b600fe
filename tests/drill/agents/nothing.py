#!/usr/bin/env python3
"""An agent that does nothing: it lets the drill's time go by. What it comes to is what any other is held against."""

import json
import sys

sys.stdin.readline()  # the greeting
answer = {"over": False}
while not answer["over"]:
    print("next 48h", flush=True)
    answer = json.loads(sys.stdin.readline())
