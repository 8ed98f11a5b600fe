#!/usr/bin/env python3
"""An agent that does nothing: it lets the drill's time go by. What it comes to is what any other is held against."""

import sys

sys.stdin.readline()  # the greeting
print("wait 48h", flush=True)
sys.stdin.readline()
