#!/usr/bin/python3
"""site.py DIRECTORY - the files that Python finds in the sandbox, as C: its
sitecustomize for a cold start and for one that waits, as text and as this
Python compiles it.

The first compile() of a Python takes half a millisecond, for types that an
ordinary start does not need. Another version of Python looks for another name
than ours has given, and takes the text."""
import importlib.util
import marshal
import re
import sys

PLACE = "/etc/codesync/"


def read(name):
    with open(f"{sys.argv[1]}/{name}", encoding="utf-8") as f:
        return f.read()


def text_of(*names):
    modules = re.findall(r'X\("(\w+)"\)', read("modules.h"))
    text = "".join(read(name) for name in names)
    return re.sub(r"^#.*\n", "", text, flags=re.M).replace(
        "MODULES", repr(tuple(modules))).encode()


def compiled(text, name):
    # 1: known by its hash, which nobody looks at
    return importlib.util.MAGIC_NUMBER + (1).to_bytes(4, "little") + \
        importlib.util.source_hash(text) + \
        marshal.dumps(compile(text, name, "exec", dont_inherit=True))


def files():
    for place, parts in (("cold", ("cold.py",)),
                         ("warm", ("cold.py", "warm.py"))):
        name, text = f"{PLACE}{place}/sitecustomize.py", text_of(*parts)
        yield name, text
        yield (importlib.util.cache_from_source(name, optimization=""),
               compiled(text, name))


def main():
    made = list(files())
    for i, (_, data) in enumerate(made):
        print(f"static const unsigned char site_{i}[] = {{",
              ",".join(map(str, data)), "};")
    print("static const struct {\n\tconst char *path;\n"
          "\tconst unsigned char *data;\n\tsize_t len;\n} site_files[] = {")
    for i, (path, data) in enumerate(made):
        print(f'\t{{ "{path[1:]}", site_{i}, {len(data)} }},')
    print("};")


main()
