#!/usr/bin/env python3
"""Writes sources that each include many: what they all read is then read once, and a whole build takes a fifth.

  unity_sources.py ROOT FOLDER FILE...    writes FOLDER/unity_N.cc, and prints its name and those of left-over files

FILE is a name below ROOT. Each file keeps what it has in unnamed namespaces to itself as if it were compiled alone: a
name that another file of the same unity source uses too gets the file's number behind it. What cannot be renamed (a
name that the file also has behind `.`, `->` or `::`, as in `using yaml::Node`) keeps two files apart unless both mean
the same by it. All headers are read before the first file. The names are read from the text, not compiled; where that
is too careful, a file merely stands in another unity source.
"""
import pathlib
import re
import sys

FILES_AT_MOST = 16
LINES_AT_MOST = 2800

NOT_CODE = re.compile(
    r'//[^\n]*|/\*.*?\*/|(?<!\w)(?:u8|[uUL])?R"(?P<tag>[^()\s\\]{0,16})\(.*?\)(?P=tag)"|"(?:\\.|[^"\\\n])*"'
    r"|(?<![0-9a-fA-F])'(?:\\.|[^'\\\n])+'", re.S)
INCLUDE = re.compile(r'^[ \t]*#[ \t]*include[ \t]+([<"][^>"]+[>"])', re.M)
DIRECTIVE = re.compile(r'^[ \t]*#(?:[^\n\\]|\\.|\\\n)*', re.M)
PLAIN = re.compile(r'(?<![\w.:])(?<!->)[A-Za-z_]\w*')
BEHIND = re.compile(r'(?:(?<=[\w)\]>])\.|->|::)\s*([A-Za-z_]\w*)')
MACRO = re.compile(r'^[ \t]*#[ \t]*define[ \t]+(\w+)', re.M)
ALIAS = re.compile(r'\b(?:using|namespace)\s+(\w+)\s*=')
IMPORTED = re.compile(r'\busing\s+[\w:]*::(\w+)\s*$')
TYPE = re.compile(r'\b(?:struct|class|union|enum(?:\s+(?:class|struct))?|concept)\s+(\w+)')
CALLABLE = re.compile(r'(\w+)\s*\(')
VALUE = re.compile(r'(\w+)\s*(?:\[[^\]]*\]\s*)*(?:=|$)')
OPENED = re.compile(r'^\s*using\s+(?:namespace|enum)\s+([\w:]+)\s*$')
FORWARD = re.compile(r'\s*(?:struct|class|enum(?:\s+(?:class|struct))?)\s+\w+\s*')  # told, not made
NO_TYPE = re.compile(r'(?:return|throw|else|case|not|and|or|co_return|co_yield|new|delete|goto)$')
TEST = re.compile(r'(?:[A-Z]+_)*(?:TEST|BENCHMARK)(?:_[A-Z]+)*')  # macros of the test libraries
NO_NAMES = {'operator', 'const', 'override', 'default', 'requires', 'noexcept', 'static_assert', 'alignas', 'template',
            'auto', 'bool', 'char', 'decltype', 'double', 'float', 'int', 'long', 'short', 'signed', 'unsigned', 'void'}


def code_of(text):
    """The text without comments, literals' contents and directives."""
    text = NOT_CODE.sub(lambda found: ' ' if found[0].startswith('/') else '""', text)
    return DIRECTIVE.sub(' ', text)


def declared_by(head):
    """The name that a declaration at namespace level makes, or None: `head` is its text before its body or its `;`."""
    head = re.sub(r'\[\[.*?\]\]', ' ', head)
    for pattern in (ALIAS, IMPORTED):
        if found := pattern.search(head):
            return found[1]
    found = TYPE.search(head)
    if found and '(' not in head[:found.start()] and re.fullmatch(r'\s*(?:final)?\s*(?::.*)?', head[found.end():], re.S):
        return found[1]
    found = CALLABLE.search(re.sub(r'\brequires\b.*', '', head, flags=re.S))
    if found and '=' not in head[:found.start()]:
        return found[1]
    found = VALUE.search(head)
    return found[1] if found else None


def names_at_namespace_level(code, of_header=False):
    """The names that a source file keeps to itself, or all that a header declares, each with its declaration; the
    scopes that are opened by `using`; and of each name in which namespaces it is declared."""
    names = {}
    opened = set()
    spaces = {}
    inside, head_from = [], 0  # of each open brace: 'named' or 'unnamed' namespace, or a 'body'
    space_names = []

    def declare(head, semicolon=False):
        if found := OPENED.search(head):
            opened.add(found[1])
        elif of_header or 'unnamed' in inside or re.search(r'^\s*(?:static|using|namespace)\b', head):
            if of_header and semicolon and FORWARD.fullmatch(head):
                return
            if (name := declared_by(head)) and name not in NO_NAMES and not TEST.fullmatch(name):
                names.setdefault(name, ' '.join(head.split()))
                spaces.setdefault(name, set()).add('::'.join(filter(None, space_names)))

    for mark in re.finditer(r'[{};]', code):
        head = code[head_from:mark.start()]
        if mark[0] == '{':
            if 'body' in inside:
                inside.append('body')
                continue
            if space := re.search(r'\bnamespace\b\s*([\w:]*)\s*$', head):
                inside.append('named' if space[1] else 'unnamed')
                space_names.append(space[1])
            else:
                declare(head)
                if re.search(r'\benum\s+(?!class|struct)', head):
                    for name in re.findall(r'\w+', code[mark.end():code.find('}', mark.end())]):
                        names[name] = 'enumerator'
                        spaces.setdefault(name, set()).add('::'.join(filter(None, space_names)))
                inside.append('body')
            head_from = mark.end()
        elif mark[0] == '}':
            if inside and inside.pop() != 'body':
                space_names.pop()
            if 'body' not in inside:
                head_from = mark.end()
        elif 'body' not in inside:
            declare(head, semicolon=True)
            head_from = mark.end()
    return names, opened, spaces


def is_only_told_of_others(name, declaration, code):
    """Whether a name that also stands behind `.`, `->` or `::` is nobody's member here: only other files' members are
    called so, and this file's own name can be told from them."""
    if TYPE.search(declaration) and '(' not in declaration:
        return (len(re.findall(r'\b(?:struct|class|union|enum|using)\s+(?:class\s+|struct\s+)?%s\b' % name, code)) == 1
                and not re.search(r'(?:\.|->)\s*%s\b' % name, code))
    if declaration.startswith(('using ', 'namespace ')) or not CALLABLE.search(declaration):
        return False
    declared = re.findall(r'([\w>*&\]]+)\s+(?:\w+::)*%s\s*[({=;,]' % name, code)
    return sum(not NO_TYPE.search(before) for before in declared) == 1


def names_of(declarations):
    return {name for _, name, _ in declarations}


class Headers:
    """What the project's headers declare, with what they include: a header, a name and the name's namespace."""

    def __init__(self, root):
        self.root = root
        self.declared = {}

    def reached_by(self, name):
        if name not in self.declared:
            self.declared[name] = set()
            places = [pathlib.Path(name), self.root / 'harness' / name, self.root / name]
            if place := next((place for place in places if place.is_absolute() and place.is_file()), None):
                text = place.read_text(errors='replace')
                spaces = names_at_namespace_level(code_of(text), of_header=True)[2]
                declared = {(place, each, space) for each in spaces for space in spaces[each]}
                self.declared[name] = declared.union(
                    *(self.reached_by(included[1:-1]) for included in INCLUDE.findall(text) if included[0] == '"'))
        return self.declared[name]


class Source:
    """A source file: the names it keeps to itself (`own`), those of its headers (`reached`), those it uses, and which of
    its own cannot be renamed (`fixed`): they are also something's member, or a header's too."""

    def __init__(self, root, path, headers):
        self.place = root / path
        self.text = text = self.place.read_text(errors='replace')
        code = code_of(text)
        self.path = path
        self.lines = text.count('\n')
        self.includes = [self.included(root, name) for name in INCLUDE.findall(text)]
        self.macros = set(MACRO.findall(text))
        self.used = set(PLAIN.findall(code)) | self.macros
        self.own, self.opened, self.spaces = names_at_namespace_level(code)
        self.reached = set().union(*(headers.reached_by(name[1:-1]) for name in self.includes if name[0] == '"'))
        told = {}
        for _, name, space in self.reached:
            told.setdefault(name, set()).add(space)
        of_headers = {name for name in self.own if self.is_of_header(name, told.get(name, ()))}
        behind = {name for name in set(BEHIND.findall(code)) & set(self.own)
                  if not is_only_told_of_others(name, self.own[name], code)}
        self.fixed = set(self.own) & (of_headers | behind)

    def included(self, root, name):
        """A header that stands beside the file, by where it is; another one as the file names it."""
        beside = (root / self.path).parent / name[1:-1]
        return f'"{beside}"' if name[0] == '"' and beside.is_file() else name

    def bars(self, other):
        """Whether a name of this file that cannot be renamed means something else in the other one."""
        strange = {}
        for _, name, space in other.reached - self.reached:
            strange.setdefault(name, set()).add(space)
        return bool(self.macros & other.used) or any(
            self.meets(name, strange.get(name, ())) or name in other.used and not self.means_the_same(name, other)
            for name in self.fixed)

    def is_type(self, name):
        return bool(TYPE.search(self.own[name])) and '(' not in self.own[name]

    def is_of_header(self, name, spaces):
        """Whether what this file calls so may also be what a header declares in one of these namespaces. A type is
        looked for in the namespaces around it alone, a function in those of its arguments, too."""
        if not self.is_type(name):
            return bool(spaces)
        return any(own == space or own.startswith(f'{space}::') for own in self.spaces[name] for space in spaces)

    def meets(self, name, spaces):
        """Whether another declaration of the name, in one of these namespaces, is found where this file's own is. A type,
        and what is brought in by `using`, only meets what stands in the same namespace."""
        if self.is_type(name) or IMPORTED.search(self.own[name]):
            return bool(self.spaces[name] & set(spaces))
        return bool(spaces)

    def means_the_same(self, name, other):
        return self.own[name] == other.own.get(name) and self.own[name].startswith(('using ', 'namespace '))

    def goes_with(self, other):
        return self.opened == other.opened and not self.bars(other) and not other.bars(self)


def groups_of(sources):
    groups = []
    for source in sources:
        for group in groups:
            if (len(group) < FILES_AT_MOST and sum(member.lines for member in group) + source.lines <= LINES_AT_MOST
                    and all(source.goes_with(member) for member in group)):
                group.append(source)
                break
        else:
            groups.append([source])
    return groups


def renamed_text(source, number, elsewhere):
    """The file's text with its own names set apart from those that are used elsewhere, and without its includes."""
    text = INCLUDE.sub('', source.text)
    apart = {name for name in source.own if name in elsewhere and name not in source.fixed}

    def in_code(code):
        return PLAIN.sub(lambda found: f'{found[0]}_{number}' if found[0] in apart else found[0], code)

    parts, end = [], 0
    for found in NOT_CODE.finditer(text):
        parts += [in_code(text[end:found.start()]), found[0]]
        end = found.end()
    return ''.join(parts) + in_code(text[end:])


def unity_text(group):
    parts = ['// Written by cmake/unity_sources.py.\n']
    parts += [f'#include {name}\n' for name in sorted({name for source in group for name in source.includes})]
    for number, source in enumerate(group):
        elsewhere = set().union(*(member.used | names_of(member.reached) for member in group if member is not source))
        parts.append(f'#line 1 "{source.place}"\n{renamed_text(source, number, elsewhere)}\n')
        parts += [f'#undef {name}\n' for name in sorted(source.macros)]
    return ''.join(parts)


def write(path, text):
    """Only where it says something new, so that nothing is compiled for nothing."""
    if not path.is_file() or path.read_text() != text:
        path.parent.mkdir(parents=True, exist_ok=True)
        path.write_text(text)


def main():
    root, folder = pathlib.Path(sys.argv[1]), pathlib.Path(sys.argv[2])
    headers = Headers(root)
    sources = [Source(root, path, headers) for path in sorted(sys.argv[3:])]
    for number, group in enumerate(groups_of(sources)):
        if len(group) == 1:
            print(root / group[0].path)
            continue
        path = folder / f'unity_{number}.cc'
        write(path, unity_text(group))
        print(path)


if __name__ == '__main__':
    main()
