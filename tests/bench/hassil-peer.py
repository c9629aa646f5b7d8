"""Runs Home Assistant's own sentence matcher, hassil, over the sentences on stdin and prints what it made of them and how long it took.

Stdin: {"intents": folder or null, "cases": [{"names": [{"name", "domain"}], "areas": [name], "floors": [name], "room": name or null, "sentences": [text]}]}
Stdout: {"hassil": version, "times": [ms of each sentence], "found": [[{"intent", "slots"} or null]] per case}

The sentence templates are those of the package `home_assistant_intents`, or of a checkout of OHF-Voice/intents in `intents`.
Exit status 3 with a reason on stderr: hassil or the templates are not on this machine.
"""

import importlib.metadata
import json
import sys
import time
from pathlib import Path


def give_up(reason):
    print(reason, file=sys.stderr)
    sys.exit(3)


try:
    import yaml
    from hassil import Intents, TextSlotList, merge_dict, recognize_best
except ImportError as error:
    give_up(f"hassil is not on this machine ({error})")


def templates(folder):
    """The English templates as one dictionary that hassil reads."""
    if folder is None:
        try:
            from home_assistant_intents import get_intents
        except ImportError:
            give_up("hassil is here, but its sentences are not (package home_assistant_intents)")
        return get_intents("en")
    root = Path(folder)
    if not (root / "sentences" / "en").is_dir():
        give_up(f"there are no English sentences in {folder}")
    merged = {"language": "en", "intents": {}, "lists": {}, "expansion_rules": {}}
    for path in sorted((root / "sentences" / "en").glob("*.yaml")):
        merge_dict(merged, yaml.safe_load(path.read_text()) or {})
    for folder_name, key in (("lists", "lists"), ("rules", "expansion_rules")):
        for path in [*sorted((root / folder_name).glob("*.yaml")), *sorted((root / folder_name / "en").glob("*.yaml"))]:
            merged[key].update((yaml.safe_load(path.read_text()) or {}).get(key, {}))
    about = yaml.safe_load((root / "intents.yaml").read_text())
    for path in sorted((root / "sentences" / "en").glob("*/*.yaml")):
        combination = (about.get(path.parent.name, {}).get("slot_combinations") or {}).get(path.stem, {})
        entries = (yaml.safe_load(path.read_text()) or {}).get("data", [])
        data = merged["intents"].setdefault(path.parent.name, {"data": []})["data"]
        for entry in entries:
            domains = entry.get("name_domains")
            if isinstance(domains, str):
                domains = combination["name_domain_groups"][domains]
            inferred = None if domains else entry.get("inferred_domain")
            data.append(
                {
                    "sentences": entry["sentences"],
                    "slots": {**entry.get("slots", {}), **({"domain": inferred} if inferred else {})},
                    "requires_context": {
                        **({"domain": domains} if domains else {}),
                        **({"area": {"slot": True}} if combination.get("context_area") else {}),
                    },
                }
            )
    return merged


request = json.load(sys.stdin)
intents = Intents.from_dict(templates(request["intents"]))


def recognise(sentence, lists, context):
    return recognize_best(sentence, intents, slot_lists=lists, intent_context=context, best_slot_name="name", language="en")


def meaning(result):
    if result is None:
        return None
    return {"intent": result.intent.name, "slots": {name: entity.value for name, entity in result.entities.items()}}


found, times = [], []
for case in request["cases"]:
    lists = {
        "name": TextSlotList.from_tuples(((each["name"], each["name"], {"domain": each["domain"]}) for each in case["names"]), name="name"),
        "area": TextSlotList.from_tuples(((area, area) for area in case["areas"]), name="area"),
        "floor": TextSlotList.from_tuples(((floor, floor) for floor in case["floors"]), name="floor"),
    }
    context = {"area": case["room"]} if case.get("room") else {}
    # Once to learn its templates, as it does at the first sentence; then what counts.
    found.append([meaning(recognise(sentence, lists, context)) for sentence in case["sentences"]])
    for sentence in case["sentences"]:
        start = time.perf_counter()
        recognise(sentence, lists, context)
        times.append((time.perf_counter() - start) * 1000)
json.dump({"hassil": importlib.metadata.version("hassil"), "times": times, "found": found}, sys.stdout)
