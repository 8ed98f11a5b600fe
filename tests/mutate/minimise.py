"""Makes a failing case smaller while it fails in the same way: drops files, links and words of the command, then lines, members
of JSON and bytes of the files that are left."""

import copy
import pathlib
import shutil
import time

import trees

SECONDS = 120  # that it may take


class Search:
    def __init__(self, case, box, try_case):
        self.case, self.box, self.try_case = case, box, try_case
        self.wanted = set(self.failures(case))
        self.until = time.monotonic() + SECONDS

    def failures(self, case):
        return self.try_case(copy.deepcopy(case), self.box)[1]

    def better(self, change):
        """Applies the change if what is left still fails so."""
        if time.monotonic() > self.until:
            return False
        smaller = copy.deepcopy(self.case)
        change(smaller)
        if not self.wanted <= set(self.failures(smaller)):
            return False
        self.case = smaller
        return True

    def pieces(self, count, without):
        """Drops stretches of `count()` pieces, long ones first; `without(case, begin, end)` drops one."""
        length = max(1, count() // 2)
        while True:
            at = 0
            while at < count():
                if not self.better(lambda case, a=at, n=length: without(case, a, a + n)):
                    at += length
            if length == 1 or time.monotonic() > self.until:
                return
            length //= 2

    def files(self):
        for path in sorted(self.case.files):
            self.better(lambda case, p=path: case.files.pop(p))
        for path in sorted(self.case.links):
            self.better(lambda case, p=path: case.links.pop(p))
        self.better(lambda case: case.environment.clear())
        self.better(lambda case: case.circumstances.clear())

    def command(self):
        def without(case, begin, end):
            del case.command[begin:end]

        self.pieces(lambda: len(self.case.command), without)
        for i, word in enumerate(list(self.case.command)):
            length = len(word)
            while length > 40 and self.better(lambda case, n=i, k=length // 2: case.command.__setitem__(n, case.command[n][:k])):
                length //= 2

    def lines(self, path, end=b"\n"):
        def split(case):
            data = case.files[path]
            return data.split(end) if end else [data[i:i + 1] for i in range(len(data))]

        def without(case, begin, to):
            kept = split(case)
            del kept[begin:to]
            case.files[path] = end.join(kept)

        self.pieces(lambda: len(split(self.case)), without)

    def members(self, path):
        """Whole members and items of JSON."""
        def slots(case):
            tree = trees.read_json(case.files[path].decode("utf-8", "replace"))
            return (tree, trees.slots(tree)) if isinstance(tree, list) else (None, [])

        def without(case, begin, end):
            tree, places = slots(case)
            for at, i, _ in sorted(places[begin:end], key=lambda s: -s[1]):
                del at[i:i + 1]
            case.files[path] = trees.write_json(tree).encode("utf-8", "replace")

        if slots(self.case)[0] is not None:
            self.pieces(lambda: len(slots(self.case)[1]), without)


def minimise(case, box, keep, try_case):
    search = Search(case, box, try_case)
    if not search.wanted:
        print(f"case {case.number} does not fail")
        return 0
    search.files()
    search.command()
    for path in sorted(search.case.files):
        if path.endswith(".json"):
            search.members(path)
        else:
            search.lines(path)
        if path in search.case.files and len(search.case.files[path]) < 3000:
            search.lines(path, b"")
    folder = pathlib.Path(keep) / f"small-{case.number}"
    shutil.rmtree(folder, ignore_errors=True)
    small = search.case
    small.save(folder)
    print(f"fails so: {sorted(search.wanted)}")
    print(f"command: firedrill {' '.join(ascii(w)[1:-1] for w in small.command)}")
    for path, content in sorted(small.files.items()):
        print(f"--- {ascii(path)[1:-1]}\n{ascii(content)[2:-1][:2000]}")
    print(f"kept in: {folder}")
    return 1
