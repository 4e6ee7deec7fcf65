#!/usr/bin/env python3
"""Reads what dm-log-writes recorded and rebuilds the disk as it may have been when the power went.

The log holds entries in the order in which they became certain: writes, then the flush that completed them. A cut after
flush f keeps everything before f, and of the writes between f and the next flush any subset (a disk may write them in
any order). Marks "ack:ID:SEQ" follow what the program was told is durable; all of them before the cut must be there.
Format: Linux, Documentation/admin-guide/device-mapper/log-writes.rst and drivers/md/dm-log-writes.c.
Prints one JSON line: runs lost doubled damaged, and how many writes and flushes there were.
"""
import argparse
import json
import os
import random
import shutil
import struct
import subprocess
import sys

MAGIC = 0x6A736677736872
FLUSH, FUA, DISCARD, MARK = 1, 2, 4, 8


def entries(log):
    magic, version, count, sector_size = struct.unpack("<QQQI", log.read(28))
    if magic != MAGIC or version != 1:
        sys.exit("replay_log: this is no log of dm-log-writes")
    at = sector_size
    for _ in range(count):
        log.seek(at)
        head = log.read(sector_size)
        sector, sectors, flags, length = struct.unpack("<QQQQ", head[:32])
        at += sector_size
        text = head[32 : 32 + length].decode("ascii", "replace") if flags & MARK else ""
        data_at = at
        if not flags & (DISCARD | MARK):
            at += sectors * sector_size
        yield {"at": data_at, "to": sector * sector_size, "size": sectors * sector_size, "flags": flags, "text": text}


def apply(disk, log, entry):
    if entry["size"] == 0 or entry["flags"] & MARK:
        return
    disk.seek(entry["to"])
    if entry["flags"] & DISCARD:
        disk.write(bytes(entry["size"]))
        return
    log.seek(entry["at"])
    disk.write(log.read(entry["size"]))


def judge(options, image, acknowledged):
    place = os.path.join(options.work, "mounted")
    os.makedirs(place, exist_ok=True)
    mounted = subprocess.run(["mount", "-o", "loop", image, place], capture_output=True, text=True)
    if mounted.returncode != 0:
        return "the file system does not mount: " + mounted.stderr.strip()
    try:
        done = subprocess.run([options.writer, "check", os.path.join(place, "home")], text=True, capture_output=True,
                              input="".join(f"{i} {s}\n" for i, s in acknowledged), timeout=120)
        return "" if done.returncode == 0 else (done.stderr.strip().splitlines() or ["no word"])[-1]
    finally:
        subprocess.run(["umount", place], check=True)


def main():
    parser = argparse.ArgumentParser()
    for name in ("log", "before", "writer", "work"):
        parser.add_argument("--" + name, required=True)
    parser.add_argument("--cuts", type=int, default=200)
    parser.add_argument("--seed", type=int, default=1)
    options = parser.parse_args()
    with open(options.log, "rb") as log:
        all_entries = list(entries(log))
        flushes = [i for i, e in enumerate(all_entries) if e["flags"] & (FLUSH | FUA)]
        marks = [i for i, e in enumerate(all_entries) if e["text"].startswith("ack:")]
        if not flushes or not marks:
            sys.exit("replay_log: nothing was flushed or acknowledged")
        # Cuts from the first acknowledgement on (before it only the home is being made), sorted so that one image grows.
        dice = random.Random(options.seed)
        late = [f for f in flushes if f >= marks[0]]
        if not late:
            sys.exit("replay_log: no flush after the first acknowledgement")
        chosen = sorted(dice.choice(late) for _ in range(options.cuts))
        grown = os.path.join(options.work, "grown")
        shutil.copyfile(options.before, grown)
        lost = damaged = done_until = 0
        with open(grown, "r+b") as disk:
            for number, cut in enumerate(chosen):
                while done_until <= cut:
                    apply(disk, log, all_entries[done_until])
                    done_until += 1
                disk.flush()
                image = os.path.join(options.work, "image")
                subprocess.run(["cp", "--sparse=always", grown, image], check=True)
                following = next((f for f in flushes if f > cut), len(all_entries))
                unflushed = [e for e in all_entries[cut + 1 : following] if not e["flags"] & MARK]
                dice.shuffle(unflushed)
                with open(image, "r+b") as torn:
                    for entry in unflushed[: dice.randint(0, len(unflushed))]:
                        apply(torn, log, entry)
                acknowledged = [all_entries[m]["text"].split(":")[1:3] for m in marks if m <= cut]
                why = judge(options, image, acknowledged)
                if why:
                    lost += "lost" in why
                    damaged += "lost" not in why
                    print(f"replay_log: seed {options.seed}, cut {number} after flush at entry {cut}: {why}", file=sys.stderr)
        print(json.dumps({"name": "power_vm", "runs": len(chosen), "lost": lost, "doubled": 0, "damaged": damaged,
                          "writes": len(all_entries) - len(marks), "flushes": len(flushes),
                          "acknowledged": len(marks), "seed": options.seed}))
        sys.exit(1 if lost or damaged else 0)


main()
