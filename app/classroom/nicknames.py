"""Names for learners: made up by default, so that nothing personal is asked for."""

import secrets
import unicodedata
from collections.abc import Collection

from app.errors import ConfigError, Fault, shown
from app.language import say

__all__ = ["LONGEST", "is_generated", "own_name", "suggestions"]

LONGEST = 24
MARKS = " -'’.·"
"""What a name may hold besides letters and digits."""
WORDS = """
Agile Alert Amber Ample Avid Bold Brave Bright Brisk Bronze Calm Candid Cheery Clever Copper Coral
Cosmic Crisp Curious Dapper Daring Deft Eager Early Fair Fleet Frank Gentle Glad Golden Grand Happy
Hardy Humble Indigo Ivory Jade Jolly Keen Kind Lively Lucid Lucky Mellow Merry Mighty Neat Nimble
Noble Olive Patient Plucky Polite Proud Quick Quiet Rapid Ready Robust Rosy Ruby Sage Serene Sharp
Silver Sincere Smart Snug Solid Spry Steady Still Sunny Swift Tidy Tough Trusty Upbeat Vivid Warm
Wise Witty Young Zesty
""".split()
ANIMALS = """
Badger Beaver Bison Bittern Bobcat Camel Caribou Cheetah Condor Coyote Crane Curlew Dingo Dolphin
Dormouse Dove Eagle Egret Elk Ermine Falcon Ferret Finch Fox Gazelle Gecko Gibbon Grouse Gull Hare
Hawk Hedgehog Heron Hoopoe Ibex Ibis Iguana Impala Jackdaw Jaguar Jay Kestrel Kite Kiwi Koala Lark
Lemur Leopard Linnet Llama Lynx Magpie Mallard Marmot Marten Mole Moose Newt Nuthatch Ocelot Okapi
Oriole Osprey Otter Owl Panda Parrot Pelican Penguin Perch Pike Plover Puffin Quail Rabbit Raccoon
Raven Robin Salmon Seal Shrew Sparrow Squirrel Stoat Stork Swallow Swan Swift Tapir Tern Thrush
Toucan Trout Vole Wallaby Walrus Weasel Whale Wombat Wren Yak Zebra
""".split()


def suggestions(taken: Collection[str], count: int) -> list[str]:
    """Return names that nobody has, different from each other; a number is added when they run
    out."""
    used = {name.casefold() for name in taken}
    found: list[str] = []
    tries = 0
    while len(found) < count:
        tries += 1
        name = f"{secrets.choice(WORDS)} {secrets.choice(ANIMALS)}"
        if tries > 20 * count:
            name = f"{name} {2 + secrets.randbelow(98)}"
        if name.casefold() not in used:
            used.add(name.casefold())
            found.append(name)
    return found


def is_generated(name: str) -> bool:
    """Whether a name is one that could have been suggested."""
    word, _, rest = name.partition(" ")
    animal, _, number = rest.partition(" ")
    return word in WORDS and animal in ANIMALS and (not number or number.isdecimal())


def own_name(text: str, taken: Collection[str]) -> str:
    """Return a name that a learner has typed, in its normal form.

    Raises:
        ConfigError: it is too long, holds something that is not a letter, or is taken.
    """
    name = " ".join(unicodedata.normalize("NFC", text).split())
    fault = _fault(name, taken)
    if fault:
        raise ConfigError([Fault("name", fault, shown(text))])
    return name


def _fault(name: str, taken: Collection[str]) -> str:
    if not 1 <= len(name) <= LONGEST:
        return say("must have 1 to {most} characters", most=LONGEST)
    if not all(c.isalnum() or c in MARKS or unicodedata.category(c) in ("Mn", "Mc") for c in name):
        return say("must be made of letters, digits, spaces and hyphens")
    if not any(c.isalnum() for c in name):
        return say("must have a letter or a digit")
    if name.casefold() in {other.casefold() for other in taken}:
        return say("must be a name that nobody here has")
    return ""
