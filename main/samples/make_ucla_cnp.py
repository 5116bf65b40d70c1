"""Makes main/samples/ucla-cnp-cognition from a copy of OpenNeuro ds000030 (CC0).

    python3 main/samples/make_ucla_cnp.py PATH_OF_DS000030

Needs nothing but Python. Keeps the schizophrenia and control subjects and the measures of cognitive tests: no
questionnaires (they ask about symptoms), no medication, no interviews, no scores that were normed by age and sex,
no counts of trials, no note of which test form was used. What is missing stays n/a.
"""

import csv
import json
import re
import sys
from pathlib import Path

TESTS = ["cvlt", "colortrails", "cpt", "wais", "wms", "scap", "stopsignal", "taskswitch"]
GROUPS = {"CONTROL": "control", "SCHZ": "schizophrenia"}
LEFT_OUT = re.compile(r"^cvltz_|^cvlt_ind\d|trialcount|trial_count|endtrial")
MOST_MISSING = 0.3


def read(path):
    with open(path, newline="", encoding="utf-8") as file:
        return list(csv.DictReader(file, delimiter="\t"))


def number(text):
    try:
        return float(text)
    except ValueError:
        return None


def main(source):
    target = Path(__file__).parent / "ucla-cnp-cognition"
    people = [row for row in read(source / "participants.tsv") if row["diagnosis"] in GROUPS]
    ids = [row["participant_id"] for row in people]
    columns = {name: [row[name] for row in people] for name in ("participant_id", "diagnosis", "age", "gender")}
    notes = {
        "participant_id": {"Description": "Number of the subject in ds000030; it tells the diagnosis, so it is never a feature"},
        "diagnosis": {"Description": "Diagnosis by the SCID-IV interview", "Levels": GROUPS},
        "age": {"Description": "Age in years"},
        "gender": {"Description": "Gender", "Levels": {"F": "female", "M": "male"}},
    }
    for test in TESTS:
        rows = {row["participant_id"]: row for row in reversed(read(source / "phenotype" / f"{test}.tsv"))}
        sidecar = json.loads((source / "phenotype" / f"{test}.json").read_text(encoding="utf-8"))
        tool = sidecar.get("MeasurementToolMetadata", {}).get("Description", test)
        measures = [name for name in next(iter(rows.values())) if name != "participant_id"]
        for name in sorted(measures):
            texts = [rows[subject][name] if subject in rows else "n/a" for subject in ids]
            values = [number(text) for text in texts]
            present = [value for value in values if value is not None]
            if LEFT_OUT.search(name) or len(present) < (1 - MOST_MISSING) * len(ids) or len(set(present)) <= 2:
                continue
            column = f"{test}.{name}"
            columns[column] = [text if value is not None else "n/a" for text, value in zip(texts, values)]
            described = sidecar.get(name, {}).get("Description", "")
            notes[column] = {"Description": f"{tool}: {described}".rstrip(": ")}
    with open(target / "cognition.tsv", "w", newline="", encoding="utf-8") as file:
        writer = csv.writer(file, delimiter="\t", lineterminator="\n")
        writer.writerow(columns)
        writer.writerows(zip(*columns.values()))
    (target / "cognition.json").write_text(json.dumps(notes, indent=2, ensure_ascii=False) + "\n", encoding="utf-8")
    print(f"{len(ids)} subjects, {len(columns) - 4} measures")


if __name__ == "__main__":
    main(Path(sys.argv[1]))
