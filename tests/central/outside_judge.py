#!/usr/bin/env python3
"""An outside judge of the contract: real sessions are recorded by test_central and held against openapi/central.json by
python3-jsonschema, which knows nothing of our code. usage: outside_judge.py TEST_CENTRAL SCHEMA."""
import json
import os
import subprocess
import sys
import tempfile

from jsonschema import Draft202012Validator

program, schema = sys.argv[1:3]
with open(schema, encoding="utf-8") as f:
    components = json.load(f)["components"]


def judge(name, value):
    whole = {"$ref": "#/components/schemas/" + name, "components": components}
    return [e.message[:200] for e in Draft202012Validator(whole).iter_errors(value)]


if not judge("BlobState", {"received": -1, "complete": "no"}):
    sys.exit("the judge finds nothing wrong with a wrong body")
with tempfile.TemporaryDirectory() as folder:
    record = os.path.join(folder, "record.tsv")
    env = dict(os.environ, KIOSK_RECORD=record)
    subprocess.run([program, "-tc=central: a claim*,central: a block*,central: a new node*,central: one more*,blobs:*"],
                   env=env, check=True, stdout=subprocess.DEVNULL, stderr=subprocess.DEVNULL)
    seen, wrong = {}, 0
    with open(record, encoding="utf-8") as lines:
        for line in lines:
            name, body = line.rstrip("\n").split("\t", 1)
            seen[name] = seen.get(name, 0) + 1
            for message in judge(name, json.loads(body)):
                wrong += 1
                print(name, message)
print(sum(seen.values()), "bodies of", len(seen), "kinds judged,", wrong, "wrong")
sys.exit(1 if wrong or len(seen) < 10 else 0)
