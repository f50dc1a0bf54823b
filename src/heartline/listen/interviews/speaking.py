"""Who speaks: names at the beginning of what is said, turns made of it, and who of them asks the questions."""

from __future__ import annotations

import re
from collections import Counter
from collections.abc import Iterable, Sequence
from dataclasses import replace

from .values import Said, Transcript, Turn

TIME = r"(?:\d{1,2}:)?\d{1,2}:\d{2}(?:[.,]\d{1,3})?"
_NAMED = re.compile(
    rf"^\W{{0,2}}(?:[\[(]?(?P<before>{TIME})[\])]?\s*+[-–]?\s*+)?(?P<name>[^\W\d_](?:[\w.'’ ()/-]{{0,38}}[\w.)])?)"
    rf"\s*+(?:[\[(]?(?P<after>{TIME})[\])]?)?\s*+:\s++(?P<text>\S.*)$",
    re.DOTALL,
)
_HEADED = re.compile(rf"^(?P<name>[^\W\d_][\w.'’ ()-]{{0,48}}?)[\s,–-]+[\[(]?(?P<time>{TIME})[\])]?\s*:?$")
_TIMED = re.compile(rf"^[\[(]?(?P<time>{TIME})[\])]?\s+(?P<text>\S.*)$", re.DOTALL)
_WORDS = 4
"""Words of a name, at most."""
ASKING = re.compile(
    r"(?:i|int|iv|interviewer(?:in)?|interview|moderator(?:in)?|moderation|q|question|frage|f|entrevistador(?:a)?|"
    r"pregunta|entr|researcher|forscher(?:in)?|host|facilitator)\.?\s*\d?",
    re.IGNORECASE,
)
"""What transcripts call whoever asks."""
PAUSE_S = 8.0
"""A silence after which somebody without a name may be somebody else."""
LONG = 1_200
"""Letters after which a turn is cut at the end of a sentence, so that it stays readable."""
LONGEST = 4 * LONG
"""Letters after which it is cut wherever it is: a file without any full stop takes no longer than others."""
_TAIL = 20
_ENDED = re.compile(r"[.!?…][\"'”’»)\]]*$")


def seconds(text: str) -> float:
    """Read a time of a recording: 1:02:03.5, 02:03."""
    found = 0.0
    for part in text.replace(",", ".").split(":"):
        found = found * 60 + float(part)
    return found


def named(paragraphs: Iterable[Said]) -> list[Said]:
    """Give what was said with who said it, where a name stands before it; what looks like a name once is none."""
    some = list(paragraphs)
    read = [_NAMED.match(one.text) if not one.speaker else None for one in some]
    names = Counter(_name(found["name"]) for found in read if found and _may_be_a_name(found["name"]))
    known = {name for name, times in names.items() if times > 1 or ASKING.fullmatch(name)}
    if len(names) == 2 or (not known and sum(names.values()) * 2 >= len(some)):
        known = set(names)  # a short talk, in which somebody speaks once
    made = []
    for one, found in zip(some, read, strict=True):
        if found and _may_be_a_name(found["name"]) and _name(found["name"]) in known:
            time = found["before"] or found["after"]
            start = one.start_s if time is None else seconds(time)
            made.append(replace(one, speaker=_name(found["name"]), text=found["text"].strip(), start_s=start))
        elif one.start_s is None and (timed := _TIMED.match(one.text)):
            made.append(replace(one, text=timed["text"].strip(), start_s=seconds(timed["time"])))
        else:
            made.append(one)
    return made


def begins(line: str) -> bool:
    """Tell whether a line looks as if a name stood before what is said."""
    found = _NAMED.match(line)
    return found is not None and _may_be_a_name(found["name"])


def headed(lines: Sequence[str]) -> list[Said] | None:
    """Read paragraphs under lines that only say who speaks and when (`Anna  0:03`); None where there are none."""
    heads = [_HEADED.match(line.strip()) for line in lines]
    if sum(head is not None for head in heads) < 2:
        return None
    made: list[Said] = []
    speaker, start = "", None
    for line, head in zip(lines, heads, strict=True):
        if head is not None and _may_be_a_name(head["name"]):
            speaker, start = _name(head["name"]), seconds(head["time"])
        elif line.strip():
            made.append(Said(line.strip(), speaker, start))
            start = None
    return made


def turns(said: Iterable[Said]) -> Transcript:
    """Put together what one person said in a row; each place keeps its second."""
    found: list[Turn] = []
    ended: float | None = None
    speaker = ""
    for one in said:
        text = " ".join(one.text.split())
        if not text:
            continue
        speaker = one.speaker or speaker  # who goes on without being named again is the same
        paused = ended is not None and one.start_s is not None and one.start_s - ended > PAUSE_S and not speaker
        last = found[-1] if found else None
        goes_on = (
            last is not None and last.speaker == speaker and not paused
            and not (len(last.text) > LONG and (len(last.text) > LONGEST or _ENDED.search(last.text[-_TAIL:])))
        )  # fmt: skip
        if goes_on and last is not None and text == last.text[-len(text) :] and one.start_s is not None:
            continue  # captions that roll say every line twice
        marks = () if one.start_s is None else ((0, one.start_s),)
        if goes_on and last is not None:
            moved = tuple((at + len(last.text) + 1, second) for at, second in marks)
            found[-1] = Turn(speaker, f"{last.text} {text}", (*last.marks, *moved))
        else:
            found.append(Turn(speaker, text, marks))
        ended = one.end_s if one.end_s is not None else one.start_s
    return Transcript(tuple(found))


def asks(transcript: Transcript) -> tuple[str, ...]:
    """Give who asks the questions: by what they are called, else whoever ends most of their turns with one."""
    speakers = transcript.speakers
    told = tuple(name for name in speakers if ASKING.fullmatch(name))
    if told or len(speakers) < 2:
        return told
    counts, questions = Counter[str](), Counter[str]()
    for turn in transcript.turns:
        counts[turn.speaker] += 1
        questions[turn.speaker] += turn.text.rstrip("\"'”’»)").endswith("?")
    rates = {name: questions[name] / counts[name] for name in speakers}
    best = max(speakers, key=lambda name: (rates[name], questions[name]))
    others = max(rate for name, rate in rates.items() if name != best)
    return (best,) if rates[best] >= 0.5 and rates[best] > 2 * others else ()


def _may_be_a_name(text: str) -> bool:
    words = text.split()
    return 0 < len(words) <= _WORDS and "//" not in text and not words[0].lower().startswith("http")


def _name(text: str) -> str:
    return " ".join(text.split())
