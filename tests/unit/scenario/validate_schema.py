"""validate_schema.py SCHEMA FILE...: prints a line for each violation; exit 1 if there is any, 77 without the modules."""
import json
import sys

try:
    import jsonschema
    import yaml
except ImportError as missing:
    print(missing)
    sys.exit(77)


class Loader(yaml.SafeLoader):
    """YAML 1.2's scalars: no dates, no `yes`, no base 60."""


Loader.yaml_implicit_resolvers = {
    first: [(tag, regexp) for tag, regexp in resolvers
            if tag not in ("tag:yaml.org,2002:timestamp", "tag:yaml.org,2002:bool")]
    for first, resolvers in yaml.SafeLoader.yaml_implicit_resolvers.items()
}
Loader.add_implicit_resolver("tag:yaml.org,2002:bool", __import__("re").compile("^(true|false)$"), "tf")

schema = json.load(open(sys.argv[1], encoding="utf-8"))
jsonschema.Draft202012Validator.check_schema(schema)
validator = jsonschema.Draft202012Validator(schema)
wrong = 0
for path in sys.argv[2:]:
    for error in validator.iter_errors(yaml.load(open(path, encoding="utf-8"), Loader)):
        print(f"{path}: {'/'.join(map(str, error.absolute_path))}: {error.message[:300]}")
        wrong = 1
sys.exit(wrong)
