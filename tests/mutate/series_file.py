"""The series file of a record (harness/tsdb/series_file.cc), taken apart and put together again, and mutated in between:
behind the checksums of the compressed parts and the hash in record.json."""

import ctypes
import ctypes.util
import struct

MAGIC = b"firedrill-series 3\n"
EXTREMES = [0, 1, -1, 1000, -1000, 60_000, 2**31, 2**53, 2**62, -2**62, 2**63 - 1, -2**63]
VALUES = [0.0, -0.0, 1.0, -1.0, 1e308, -1e308, 5e-324, float("nan"), float("inf"), float("-inf"), 2.0**53, 2.0**63]

zstd = ctypes.CDLL(ctypes.util.find_library("zstd") or "libzstd.so.1")
zstd.ZSTD_compressBound.restype = zstd.ZSTD_compress.restype = zstd.ZSTD_decompress.restype = ctypes.c_size_t
zstd.ZSTD_compressBound.argtypes = [ctypes.c_size_t]
zstd.ZSTD_compress.argtypes = [ctypes.c_char_p, ctypes.c_size_t, ctypes.c_char_p, ctypes.c_size_t, ctypes.c_int]
zstd.ZSTD_decompress.argtypes = [ctypes.c_char_p, ctypes.c_size_t, ctypes.c_char_p, ctypes.c_size_t]
zstd.ZSTD_isError.argtypes = [ctypes.c_size_t]
zstd.ZSTD_getFrameContentSize.restype = ctypes.c_ulonglong
zstd.ZSTD_getFrameContentSize.argtypes = [ctypes.c_char_p, ctypes.c_size_t]


def compress(data):
    room = ctypes.create_string_buffer(zstd.ZSTD_compressBound(len(data)))
    size = zstd.ZSTD_compress(room, len(room), data, len(data), 1)
    return room.raw[:size]


def decompress(frame):
    most = zstd.ZSTD_getFrameContentSize(frame, len(frame))
    if most > 1 << 24:
        raise ValueError("too large, or not a frame")
    room = ctypes.create_string_buffer(max(1, most))
    size = zstd.ZSTD_decompress(room, most, frame, len(frame))
    if zstd.ZSTD_isError(size):
        raise ValueError("not a frame")
    return room.raw[:size]


def varint(value):
    value &= 2**64 - 1
    out = bytearray()
    while value >= 0x80:
        out.append(value & 0x7f | 0x80)
        value >>= 7
    out.append(value)
    return bytes(out)


def signed(value):
    value = (value + 2**63) % 2**64 - 2**63
    return varint(value << 1 ^ value >> 63)


class Reader:
    def __init__(self, data):
        self.data, self.at = data, 0

    def varint(self):
        value = shift = 0
        while True:
            byte = self.data[self.at]
            self.at += 1
            value |= (byte & 0x7f) << shift
            shift += 7
            if byte < 0x80:
                return value

    def signed(self):
        value = self.varint()
        return value >> 1 ^ -(value & 1)

    def bytes(self, count):
        self.at += count
        return self.data[self.at - count:self.at]


class Parts:
    """series: [labels as (name, value), samples unpacked] in the file's order; beside: the truth by minute, unpacked."""

    def __init__(self, data):
        if not data.startswith(MAGIC):
            raise ValueError("another form")
        whole = Reader(data[len(MAGIC):])
        directory = Reader(decompress(whole.bytes(whole.varint())))
        self.beside = decompress(whole.bytes(whole.varint()))
        texts = [directory.bytes(directory.varint()) for _ in range(directory.varint())]
        self.series = []
        for _ in range(directory.varint()):
            labels = [(texts[directory.varint()], texts[directory.varint()]) for _ in range(directory.varint())]
            frame = whole.bytes(directory.varint())
            self.series.append([labels, decompress(frame) if frame else b""])

    def pack(self, sound=True):
        """Sound: everything in the order that the file has to have."""
        if sound:
            found = {tuple(sorted(dict(labels).items())): samples for labels, samples in self.series}
            self.series = [[list(labels), samples] for labels, samples in sorted(found.items())]
        texts = sorted({text for labels, _ in self.series for label in labels for text in label})
        if not sound:
            texts = texts[::-1]
        index = {text: i for i, text in enumerate(texts)}
        body = varint(len(texts)) + b"".join(varint(len(t)) + t for t in texts) + varint(len(self.series))
        frames = b""
        for labels, samples in self.series:
            frame = compress(samples) if samples else b""
            frames += frame
            body += varint(len(labels)) + b"".join(varint(index[n]) + varint(index[v]) for n, v in labels) + varint(len(frame))
        directory = compress(body)
        beside = compress(self.beside)
        return MAGIC + varint(len(directory)) + directory + varint(len(beside)) + beside + frames


def read_samples(data):
    """None if there are none or they are not as they should be."""
    try:
        reader = Reader(data)
        count, times, t, step = reader.varint(), [], 0, 0
        for _ in range(count):
            step += reader.signed()
            t += step
            times.append(t)
        if reader.bytes(1) == b"\0":
            values, value = [], 0
            for _ in range(count):
                value += reader.signed()
                values.append(float(value))
            return times, values
        planes, bits, values = reader.bytes(8 * count), 0, []
        for i in range(count):
            bits ^= int.from_bytes(bytes(planes[p * count + i] for p in range(8)), "big")
            values.append(struct.unpack(">d", bits.to_bytes(8, "big"))[0])
        return times, values
    except (IndexError, OverflowError):
        return None


def write_samples(times, values):
    out, last, last_step = varint(len(times)), 0, 0
    for t in times:
        out += signed(t - last - last_step)
        last, last_step = t, t - last
    rows, before = [], 0
    for value in values:
        bits = int.from_bytes(struct.pack(">d", value), "big")
        rows.append((bits ^ before).to_bytes(8, "big"))
        before = bits
    return out + b"\1" + b"".join(bytes(row[p] for row in rows) for p in range(8))


def mutate_samples(rng, data):
    samples = read_samples(data)
    if not samples or not samples[0]:
        return data
    times, values = samples
    at = rng.randrange(len(times))
    what = rng.randrange(7)
    if what == 0:
        step = abs(rng.choice(EXTREMES))
        at = rng.choice([0, -1, -1, at])
        times[at] += -step if at == 0 else step
    elif what == 1:
        values[at] = rng.choice(VALUES)
    elif what == 2:
        shift = rng.choice(EXTREMES)
        times = [t + shift for t in times]
    elif what == 3:
        times, values = times[:at], values[:at]
    elif what == 4:
        times[0], times[-1] = -2**63 + rng.randrange(3), 2**63 - 1 - rng.randrange(3)
    elif what == 5:
        times, values = times + [times[-1] + 1 + k for k in range(5000)], values + [float(k) for k in range(5000)]
    else:
        values = [rng.choice(VALUES)] * len(values)
    return write_samples(times, values)


def mutate_columns(rng, data):
    """The columns of the truth: lengths, kinds and numbers are all varints and bytes."""
    at = rng.randrange(len(data)) if data else 0
    what = rng.randrange(5)
    if what < 2:
        return data[:at] + bytes([rng.choice([0, 1, 2, 0x7f, 0x80, 0xff, rng.randrange(256)])]) + data[at + 1:]
    if what == 2:
        return data[:at]
    if what == 3:
        return data[:at] + varint(rng.choice([0, 1, 2**20, 2**40, 2**63])) + data[at + rng.randrange(2):]
    return data[:at] + signed(rng.choice(EXTREMES)) + data[at + rng.randrange(10):]


def mutate(rng, data, texts):
    """`texts` are words for labels. Unchanged if it cannot be read."""
    try:
        parts = Parts(data)
    except (ValueError, IndexError):
        return data
    if rng.random() < 0.3:
        parts.beside = mutate_columns(rng, parts.beside)
    for _ in range(rng.choice([1, 1, 2, 4])):
        if not parts.series:
            break
        labels, samples = series = rng.choice(parts.series)
        what = rng.randrange(12)
        if what < 5:
            series[1] = mutate_samples(rng, samples)
        elif what < 8 and labels:
            at = rng.randrange(len(labels))
            name, value = labels[at]
            labels[at] = (name, rng.choice(texts)) if rng.random() < 0.8 else (rng.choice(texts), value)
        elif what == 8 and samples:
            at = rng.randrange(len(samples))
            series[1] = samples[:at] + bytes([rng.randrange(256)]) + samples[at + 1:]
        elif what == 9:
            parts.series.remove(series)
        elif what == 10:
            series[1] = b""
        elif rng.random() < 0.3:
            series[1] = varint(rng.choice([2**20, 2**40, 2**63])) + samples
    return parts.pack(rng.random() < 0.95)
