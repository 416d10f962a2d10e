"""Words so common that they are left out of queries (never out of the index).

Compared as they are typed, tashkeel aside: after folding, the preposition على would be the name علي.
"""

from archive.text.normalize import spellings, strip_marks
from archive.text.tokenize import stems

_WORDS = """
و في فى من إلى الى إلي على عن مع أن ان إن أنّ إنّ لأن لان لكن ولكن أو او ثم بل قد لقد لم لن لا ما هل
إذا اذا لو كما كي حتى حتي هو هي هم هما هذا هذه هؤلاء ذلك تلك هناك هنا الذي التي الذين اللذين اللواتي
كان كانت يكون تكون كانوا ليس وليس ليست بين بعد قبل عند عندما حين حيث منذ خلال ضمن نحو حول دون بدون غير
سوى كل بعض جميع أي اي أيضا أيضاً ايضا أيضًا له لها لهم به بها بهم فيه فيها منه منها عليه عليها عنه
عنها إليه إليها اليه اليها وفي وفى ومن وإلى والى وعلى وعن ومع وأن وان وإن ولا وما ولم ولن وقد وهو
وهي وهذا وهذه وذلك وكان وكانت فإن فان فهو فهي فقد بأن بان لدى لدي إنه انه إنها انها أنه أنها the a
an of in on at to for and or is are was were be by with from as that this it its
"""

STOP_WORDS = frozenset(strip_marks(word) for word in _WORDS.split())


def is_stop_word(typed: str) -> bool:
    """Is the word TYPED too common to search for?"""
    return strip_marks(typed).lower() in STOP_WORDS


def essential_stems(text: str) -> list[str]:
    """Return the stems of TEXT in order, common words left out where there are others."""
    essential = [typed for typed in spellings(text).split() if not is_stop_word(typed)]
    return stems(" ".join(essential) or text)
