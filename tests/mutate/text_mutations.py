"""Mutations of bytes and of lines, which know nothing of what the bytes mean."""

import words

DICTIONARY = [w.encode("utf-8", "surrogateescape") for w in
              words.NUMBERS + words.DURATIONS + words.PERCENTAGES + words.INSTANTS + words.YAML + words.ESCAPES + words.TEMPLATES +
              words.PROMQL]
KEPT = 1 << 20  # inputs stay below a megabyte, which is what the bounds on time and memory are promised for


def flip(rng, data, _):
    at = rng.randrange(len(data))
    return data[:at] + bytes([data[at] ^ (1 << rng.randrange(8))]) + data[at + 1:]


def put_byte(rng, data, _):
    at = rng.randrange(len(data) + 1)
    return data[:at] + bytes([rng.choice(b"\x00\x01\t\n\r\x1b \"'#%&*+,-./0129:<=>@AZ[\\]^_`az{|}~\x7f\x80\xbf\xc0\xff")]) + data[at:]


def cut(rng, data, _):
    begin, end = span(rng, data)
    return data[:begin] + data[end:]


def cut_end(rng, data, _):
    return data[:rng.randrange(len(data))]


def duplicate(rng, data, _):
    begin, end = span(rng, data)
    return data[:end] + data[begin:end] * rng.choice([1, 1, 1, 2, 5, 50]) + data[end:]


def splice(rng, data, donors):
    begin, end = span(rng, data)
    donor = rng.choice(donors) or b"x"
    at, to = span(rng, donor)
    return data[:begin] + donor[at:to] + data[end:]


def insert_word(rng, data, _):
    at = rng.randrange(len(data) + 1)
    return data[:at] + rng.choice(DICTIONARY) + data[at:]


def replace_word(rng, data, _):
    """A number, a word or a quoted text becomes another."""
    begin = rng.randrange(len(data))
    while begin > 0 and data[begin - 1:begin] not in (b" ", b"\n", b":", b",", b"[", b"{", b'"', b"'"):
        begin -= 1
    end = begin
    while end < len(data) and data[end:end + 1] not in (b" ", b"\n", b":", b",", b"]", b"}", b'"', b"'"):
        end += 1
    return data[:begin] + rng.choice(DICTIONARY) + data[end:]


def delete_line(rng, data, _):
    lines = data.split(b"\n")
    del lines[rng.randrange(len(lines))]
    return b"\n".join(lines)


def repeat_line(rng, data, _):
    lines = data.split(b"\n")
    at = rng.randrange(len(lines))
    return b"\n".join(lines[:at] + [lines[at]] * rng.choice([2, 2, 2, 3, 100]) + lines[at + 1:])


def swap_lines(rng, data, _):
    lines = data.split(b"\n")
    a, b = rng.randrange(len(lines)), rng.randrange(len(lines))
    lines[a], lines[b] = lines[b], lines[a]
    return b"\n".join(lines)


def take_line(rng, data, donors):
    lines = data.split(b"\n")
    lines.insert(rng.randrange(len(lines) + 1), rng.choice(rng.choice(donors).split(b"\n")))
    return b"\n".join(lines)


def indent(rng, data, _):
    lines = data.split(b"\n")
    at = rng.randrange(len(lines))
    lines[at] = lines[at][1:] if rng.random() < 0.5 else rng.choice([b" ", b"  ", b"\t", b"      "]) + lines[at]
    return b"\n".join(lines)


def line_ends(rng, data, _):
    return data.replace(b"\n", rng.choice([b"\r\n", b"\r", b"\n\n", b"\xe2\x80\xa8"]))


def recode(rng, data, _):
    try:
        return data.decode("utf-8").encode(rng.choice(["utf-16", "utf-8-sig", "utf-32", "latin-1", "utf-16-le"]))
    except UnicodeError:
        return b"\xff\xfe" + data


def grow(rng, data, _):
    begin, end = span(rng, data)
    piece = data[begin:end] or b"x"
    return (data[:end] + piece * min(2000, KEPT // 4 // len(piece)) + data[end:])[:KEPT]


COMMON = [flip, put_byte, cut, cut_end, duplicate, splice, insert_word, insert_word, replace_word, replace_word, replace_word,
          delete_line, delete_line, repeat_line, swap_lines, take_line, take_line, indent]
RARE = [line_ends, recode, grow]


def span(rng, data):
    """A stretch, short more often than long."""
    length = min(len(data), 1 + int(rng.paretovariate(0.7)))
    begin = rng.randrange(len(data) - length + 1) if data else 0
    return begin, begin + length


def mutate(rng, data, donors, times=None):
    for _ in range(times or rng.choice([1, 1, 1, 2, 3, 8])):
        change = rng.choice(RARE) if rng.random() < 0.03 else rng.choice(COMMON)
        data = change(rng, data or b"\n", donors)[:KEPT]
    return data
