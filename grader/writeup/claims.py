"""What a sentence says of which of two things is the smaller one: subject, comparison, object, negation, condition.

A sentence counts only where all of it is understood; from a subject alone nothing follows, unless nothing else stands
there.
"""

from __future__ import annotations

from collections.abc import Iterator, Sequence
from typing import NamedTuple

from grader.writeup.causes import agent_of, cause_of, subject_asked_about
from grader.writeup.clauses import HYPOTHETICAL, clauses_of, is_afterthought, plain_sentence
from grader.writeup.comparatives import Comparative, comparatives, opposite
from grader.writeup.prose import NEGATIONS
from grader.writeup.subjects import Compared, Mention, mentions_of, other_of
from grader.writeup.words import match_at, mentions, sentences_of, words_of

MAX_WORDS = 3_000
MAX_CLAUSE = 100


class Claim(NamedTuple):
    """Which subject a sentence says is the smaller one; empty for neither.

    A doubtful one is for a person; an aside, which names neither, only where nothing else is claimed."""

    smaller: str
    source: str
    doubt: str = ""
    is_aside: bool = False


_TAKEN_BACK = ("wrong", "false", "incorrect", "not true", "opposite", "vice versa", "reverse", "contrary", "falsch",
               "umgekehrt", "faux", "contraire", "falso", "contrario", "al revés", "contrário", "相 反",
               "not correct", "untrue", "depends", "unclear", "other way", "not hold",
               "not the case")  # fmt: skip
_PRONOUNS = ("its", "their", "it", "there", "they", "this model", "these", "deren", "dessen", "seine", "ihre",
             "dort", "sa",
             "ses", "sus", "su", "sua", "suas", "suoi", "sue", "其", "它")  # fmt: skip
_THAT_IS = ("that is", "i . e", "meaning", "d . h", "das heißt", "c ' est", "es decir", "cioè", "ou seja")
# Words that may stand beside a comparison without changing what it is about.
_LIGHT = ("the", "a", "an", "of", "in", "for", "with", "is", "are", "be", "will", "was", "were", "has", "have",
          "had", "one",
          "ones", "that", "those", "than", "much", "far", "also", "s", "model", "models", "network", "end*", "up",
          "stay*",
          "remain*", "become*", "get*", "keep*", "become", "to", "it", "its", "their", "which", "clearly", "always",
          "then",
          "by", "as", "at", "on", "from", "when", "and", "or", "both", "two", "case", "out", "turn*", "should",
          "must", "can",
          "does", "do", "did", "even", "still",
          "slightly", "significantly", "strictly", "here", "there", "this", "these",
          "compar*",
          "case*", "setting", "after", "before", "during", "training", "we", "i", "expect*", "say", "think", "answer",
          "belong*", "result*", "more", "less", "being", "comes", "come", "equal", "ist", "sind", "hat", "haben",
          "wird",
          "werden", "der", "die", "das", "des", "dem", "den", "von", "vom", "bei", "mit", "im", "als", "ein",
          "eine", "einen",
          "einer", "modell*", "deutlich", "viel", "damit", "auch", "am", "zu", "le", "la", "les", "l", "de", "du",
          "des",
          "est", "sont", "a", "ont", "un", "une", "que", "celle", "celles", "celui", "ceux", "modèle*", "dans", "pour",
          "avec", "el", "los", "las", "del", "es", "son", "tiene", "tienen", "una", "más", "modelo*", "en", "para",
          "con", "il", "lo", "gli", "i", "della", "delle", "dei", "è", "sono", "ha", "hanno", "modello", "quella",
          "quelle",
          "nel", "per", "di", "o", "os", "as", "da", "do", "das", "dos", "é", "são", "tem", "têm", "no", "na",
          "com", "são",
          "模", "型", "的", "是", "有", "了", "在", "中", "比", "那", "个", "会", "要", "得", "到", "将")  # fmt: skip
# What else may be called larger: `a higher weight decay` says nothing of the weights.
_BESIDE = (
    "decay",
    "penalt*",
    "regulari*",
    "loss",
    "losses",
    "cost",
    "gradient*",
    "variance*",
    "error*",
    "verlust*",
    "fehler*",
)
_PREVENTS = ("prevent*", "stops", "hinder*", "avoid*", "verhinder*", "empêche*", "impide*", "impedisc*", "impede*")
# What the quantity is called in other languages.
_CALLED = {
    "weight*": ("gewicht*", "poids", "peso*", "pesi", "权 重"), "norm*": ("norm*", "范 数"),
    "largest": ("größte*", "grösste*"), "max*": ("maxim*", "máxim*", "massim*", "最 大"),
}  # fmt: skip
_WITHIN = frozenset(
    ("in", "for", "of", "with", "that", "those", "the", "model", "bei", "von", "in", "im", "de", "di", "modell")
)


def claims_in(spec: Compared, text: str) -> list[Claim]:
    """What a text claims, sentence by sentence."""
    found: list[Claim] = []
    carried = ""
    left = MAX_WORDS
    for sentence in sentences_of(text):
        left -= 1 + len(sentence) // 6
        if left < 0:
            break  # an answer has a few sentences
        if sentence.rstrip(" *_)").endswith(("?", "？")):
            continue
        words = words_of(plain_sentence(sentence))
        if (sign := _in_signs(spec, sentence, words)) is not None:
            found.append(Claim(sign, sentence))
            continue
        if mentions(words, _TAKEN_BACK) and (found or mentions_of(spec, words)):
            found.append(Claim("", sentence, "It takes something back."))
            continue
        claims, carried = _of_sentence(spec, sentence, carried)
        if claims and is_afterthought(words):
            claims = [Claim("", sentence, "It is a supposition.")]
        found += claims
    return found


def _in_signs(spec: Compared, sentence: str, words: list[str]) -> str | None:
    """The smaller subject of `Norm of A < norm of B`, a sentence with one sign between the two."""
    signs = [at for at, word in enumerate(words) if word in "<>"]
    if len(signs) != 1 or "$" in sentence or mentions(words, NEGATIONS):
        return None
    sides: list[set[str]] = [set(), set()]
    for mention in mentions_of(spec, words):
        sides[mention.start > signs[0]].add(mention.subject)
    if len(sides[0]) != 1 or len(sides[1]) != 1 or sides[0] == sides[1]:
        return None
    return next(iter(sides[words[signs[0]] == ">"]))


def _of_sentence(spec: Compared, sentence: str, carried: str) -> tuple[list[Claim], str]:
    """The claims of one sentence, and the subject that a pronoun in the next one is for."""
    claims: list[Claim] = []
    subject = carried
    is_first = True
    compared = ""
    verb: Comparative | None = None
    for clause, doubt in _join_names(spec, list(clauses_of(sentence))):
        if len(clause) > MAX_CLAUSE:
            if comparatives(clause) and mentions_of(spec, clause):
                claims.append(Claim("", sentence, "It is too long."))
            continue
        mentioned = mentions_of(spec, clause)
        found = _continue_verb(spec, clause, comparatives(clause), verb)
        verb = next((one for one in found if one.kind == "verb"), verb)
        own = {mention.subject for mention in mentioned}
        if doubt and not _is_condition(clause, mentioned):
            if found:
                claims.append(Claim("", sentence, doubt))
        elif found:
            if compared and mentions(clause[:3], _THAT_IS):
                subject = compared
            claim = _claim(spec, clause, found, mentioned, subject if not is_first or _refers(clause) else "")
            if claim is not None:
                claims.append(Claim(claim, sentence))
                compared = mentioned[0].subject if mentioned and mentioned[0].start < found[0].start else ""
            elif _is_contradicted(spec, clause, found, claims, compared):
                claims.append(Claim("", sentence, "It says the other as well."))
            elif own or mentions(clause, _quantity(spec)):
                claims.append(Claim("", sentence, _UNCLEAR, is_aside=not own))
        if not found and _is_denial(clause, mentioned):
            own = {subject} - own  # `B, not A, has the smaller norm` is said of B
        subject = own.pop() if len(own) == 1 else "" if own else cause_of(spec, clause) or subject
        is_first = False
    clear = [claim for claim in claims if not claim.doubt]
    if clear and claims[-1] is clear[-1] and mentions(words_of(sentence), _IN_FACT):
        claims = clear  # `One might expect B, but it is A`
    return (claims if not clear else _without_asides(claims)), subject


def _is_contradicted(
    spec: Compared, words: Sequence[str], found: Sequence[Comparative], claims: Sequence[Claim], subject: str
) -> bool:
    """`Scaling does not increase it, it increases it`: a clause of nothing but a pronoun says the other of the same."""
    if len(found) != 1 or not claims or not claims[-1].smaller or not _is_all_light(spec, words):
        return False
    told = found[0].sense if not any(_negates(words, at) for at in range(len(words))) else opposite(found[0].sense)
    return told != ("<" if claims[-1].smaller == (subject or claims[-1].smaller) else ">")


def _join_names(spec: Compared, clauses: Sequence[tuple[list[str], str]]) -> Iterator[tuple[list[str], str]]:
    """`Smaller norm: A` is one clause, a comparison and a name."""
    at = 0
    while at < len(clauses):
        clause, doubt = clauses[at]
        follower = clauses[at + 1][0] if at + 1 < len(clauses) else []
        is_open = bool(follower) and len(comparatives(clause)) == 1 and not mentions_of(spec, clause)
        if is_open and _is_all_light(spec, clause) and mentions_of(spec, follower) and _is_all_light(spec, follower) \
                and not comparatives(follower):  # fmt: skip
            yield [*clause, *follower], doubt or clauses[at + 1][1]
            at += 2
        else:
            yield clause, doubt
            at += 1


def _is_all_light(spec: Compared, words: Sequence[str]) -> bool:
    """Whether a clause has nothing but the two subjects, a comparison, the quantity and words of no weight."""
    spans = [(one.start, one.end) for one in mentions_of(spec, words)]
    spans += [(one.start, one.end) for one in comparatives(words)]
    taken = {at for start, end in spans for at in range(start, end)}
    rest = [word for at, word in enumerate(words) if at not in taken and word[0].isalnum()]
    return all(mentions((word,), _LIGHT) or mentions((word,), _quantity(spec)) for word in rest)


def _continue_verb(
    spec: Compared, clause: Sequence[str], found: list[Comparative], verb: Comparative | None
) -> list[Comparative]:
    """`Both shrink, but A more than B`: of the verb before, and not of the quantity."""
    if verb is None or len(found) != 1 or found[0].kind != "degree" or mentions(clause, _quantity(spec)):
        return found
    degree = found[0]
    return [degree._replace(sense=verb.sense if degree.sense == ">" else opposite(verb.sense), kind="adjective")]


_IN_FACT = ("but", "however", "actually", "in fact", "in reality", "aber", "tatsächlich", "mais", "en fait", "pero",
            "en realidad", "ma", "in realtà", "mas", "na verdade", "但", "实 际")  # fmt: skip


def _is_condition(words: Sequence[str], mentioned: Sequence[Mention]) -> bool:
    """`smaller if scaled`: of what stands right behind `if`, the rest is said without doubt."""
    hypothetical = [at for at in range(len(words)) if mentions((words[at],), HYPOTHETICAL)]
    return len(hypothetical) == 1 and mentions((words[hypothetical[0]],), ("if", "wenn", "falls", "si", "se")) and any(
        hypothetical[0] - 1 < mention.start <= hypothetical[0] + 5 for mention in mentioned
    )  # fmt: skip


def _is_denial(words: Sequence[str], mentioned: Sequence[Mention]) -> bool:
    """`not A`: a clause that does nothing but deny one of the two."""
    rest = [word for word in _outside(words, mentioned) if word[0].isalnum()]
    negated = [word for word in rest if mentions((word,), NEGATIONS)]
    return bool(mentioned and negated) and all(word in negated or mentions((word,), _LIGHT) for word in rest)


_UNCLEAR = "A comparison in it is not understood."


def _without_asides(claims: list[Claim]) -> list[Claim]:
    """Where one clause is understood, a clause that compares something else is none; a supposition is kept."""
    return [claim for claim in claims if claim.doubt != _UNCLEAR]


def _refers(words: Sequence[str]) -> bool:
    return mentions(words, _PRONOUNS)


def _claim(
    spec: Compared, words: Sequence[str], found: Sequence[Comparative], mentioned: list[Mention], carried: str
) -> str | None:
    """The smaller subject; empty for neither, None where the clause is not understood."""
    about = [
        one
        for one in found
        if _is_about(spec, _without_setting(words, found, one.end), one, mentioned) and not _is_or_equal(words, one)
    ]
    if len(about) != 1:
        return None
    one = about[0]
    words = _without_setting(words, found, one.end)
    mentioned = [mention for mention in mentioned if mention.end <= len(words)]
    taken, mentioned = _without_denied(words, mentioned)
    negations = [at for at in range(len(words)) if _negates(words, at) and at not in taken
                 and not any(mention.start <= at < mention.end for mention in mentioned)]  # fmt: skip
    than = _than(words, one)
    compared = {mention.subject for mention in mentioned if _is_compared(words, mention, one, than)}
    subjects = {mention.subject for mention in mentioned if not _is_compared(words, mention, one, than)}
    if one.sense == "=":
        return "" if len(compared | subjects) == 2 and not negations else None
    if len(negations) > 1 or (negations and negations[0] > one.end):
        return None
    if not subjects and not compared:
        agent = agent_of(spec, words, one)
        subjects = {agent or carried or subject_asked_about(spec, words, mentioned)} - {""}
        if not agent and negations:
            return None
    if len(compared) > 1 or len(subjects - compared) > 1 or (subjects and subjects == compared):
        return None
    subject = next(iter(subjects - compared), "") or other_of(spec, next(iter(compared), ""))
    if not subject:
        return None
    sense = opposite(one.sense) if negations else one.sense
    return subject if sense == "<" else other_of(spec, subject)


def _is_or_equal(words: Sequence[str], one: Comparative) -> bool:
    """`less than or equal to` is less."""
    before = words[one.start - 1].lower() if one.start else ""
    return one.sense == "=" and before in ("or", "oder", "ou", "o")


def _negates(words: Sequence[str], at: int) -> bool:
    is_word = mentions((words[at],), (*NEGATIONS, *_PREVENTS))
    return is_word and not (words[at].lower() in ("no", "non") and at + 1 == len(words))


def _without_denied(words: Sequence[str], mentioned: list[Mention]) -> tuple[set[int], list[Mention]]:
    """Without `not B`, `not in B`: what is denied of one is not said of it; and the places of these negations."""
    taken: set[int] = set()
    kept = []
    for mention in mentioned:
        at = mention.start - 1
        while at >= 0 and words[at].lower() in _WITHIN and mention.start - at < 4:
            at -= 1
        is_denied = _negates(words, at) and len({one.subject for one in mentioned}) > 1
        if at >= 0 and (is_denied or _is_instead(words, at)):
            taken.add(at)
        else:
            kept.append(mention)
    return taken, kept


def _is_instead(words: Sequence[str], at: int) -> bool:
    """`B instead of A`, `B rather than A`."""
    word, before = words[at].lower(), words[at - 1].lower() if at else ""
    return word in ("instead", "statt", "anstelle") or (word, before) == ("than", "rather")


def _than(words: Sequence[str], one: Comparative) -> int:
    """Where the object of a comparison begins; beyond the end where there is none."""
    if one.kind == "place":
        return one.end
    places = [at for at in range(one.end, len(words)) if any(match_at(words, at, than) for than in one.than)]
    return min(places, default=len(words))


def _is_compared(words: Sequence[str], mention: Mention, one: Comparative, than: int) -> bool:
    """Whether a mention is what the subject is compared with."""
    before = [word.lower() for word in words[max(0, mention.start - 4) : mention.start]]
    if "比" in before or any(word.startswith(("compar", "verglichen", "verglich")) for word in before):
        return True
    if (
        one.kind == "verb"
        and one.sense == ">"
        and mention.start >= one.end
        and words[one.start].lower().startswith("exceed")
    ):
        return True
    return mention.start >= than


def _is_about(spec: Compared, words: Sequence[str], one: Comparative, mentioned: Sequence[Mention]) -> bool:
    """Whether a comparison is of the quantity asked for, as far as the clause names any."""
    if any(mention.start <= one.start < mention.end for mention in mentioned) or _is_setting(words, one):
        return False
    if one.end - one.start == 1 and mentions((words[one.start],), _quantity(spec)):
        return False  # `largest` in `the largest weight`
    following = words[one.end : one.end + 3]
    if one.kind == "degree" and not all(
        mentions((word,), (*_LIGHT, *_quantity(spec), *one.than)) and word != "even"
        for word in following[:1]
        if word[0].isalpha()
    ):
        return bool(mentions(following[1:2], _quantity(spec)))  # `more even`; but `less total weight`
    if one.kind != "adjective" or following[:1] not in (["than"], ["als"]):
        stop = next(
            (at for at, word in enumerate(following) if word.lower() in ("than", "in", "for", "of", "with", "by", "(")),
            3,
        )
        if _is_beside(spec, following[:stop]):
            return False
    if not spec.quantity or mentions(_outside(words, mentioned), _quantity(spec)):
        return not _is_beside(spec, _near(words, one))
    others = [word for at, word in enumerate(words) if word[0].isalpha() and not one.start <= at < one.end
              and not any(mention.start <= at < mention.end for mention in mentioned)]  # fmt: skip
    return all(mentions((word,), _LIGHT) or mentions((word,), NEGATIONS) for word in others) and one.kind != "verb"


def _without_setting(words: Sequence[str], found: Sequence[Comparative], behind: int) -> Sequence[str]:
    """A clause without what is held equal at its end: `it is lower after the same number of steps`."""
    starts = [one.start - 1 for one in found if one.start > behind and _is_setting(words, one)]
    return words[: min(starts, default=len(words))]


def _is_setting(words: Sequence[str], one: Comparative) -> bool:
    """`after the same number of steps`: what is held equal, and not what is compared."""
    return one.sense == "=" and mentions(words[max(0, one.start - 2) : one.start], _HOLDING)


_HOLDING = ("after", "at", "under", "within", "given", "nach", "bei", "après", "después de", "dopo", "após")


def _quantity(spec: Compared) -> tuple[str, ...]:
    return (*spec.quantity, *(word for pattern in spec.quantity for word in _CALLED.get(pattern, ())))


def _is_beside(spec: Compared, words: Sequence[str]) -> bool:
    return mentions(words, _BESIDE) and not mentions(words, _quantity(spec))


def _near(words: Sequence[str], one: Comparative) -> Sequence[str]:
    """The noun that directly follows."""
    return words[one.end : one.end + 1]


def _outside(words: Sequence[str], mentioned: Sequence[Mention]) -> list[str]:
    return [word for at, word in enumerate(words) if not any(one.start <= at < one.end for one in mentioned)]
