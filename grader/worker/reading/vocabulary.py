"""What the commands of LaTeX and the signs of Unicode mean to the reader; a command that is not here is refused."""

from __future__ import annotations


def _names(text: str) -> frozenset[str]:
    return frozenset(text.split())


GREEK = _names("""
    alpha beta gamma delta epsilon varepsilon zeta eta theta vartheta iota kappa lambda mu nu xi pi rho sigma
    tau upsilon phi varphi chi psi omega Gamma Delta Theta Lambda Xi Pi Sigma Phi Psi Omega ell partial nabla
""")
_GREEK_NAMES = """
    alpha beta gamma delta epsilon zeta eta theta iota kappa lambda mu nu xi pi rho sigma tau upsilon phi chi
    psi omega Gamma Delta Theta Lambda Xi Pi Sigma Phi Psi Omega ell partial nabla
"""
GREEK_SIGNS = dict(zip("αβγδεζηθικλμνξπρστυφχψωΓΔΘΛΞΠΣΦΨΩℓ∂∇", _GREEK_NAMES.split(), strict=True))
ACCENTS = {"hat": "hat", "widehat": "hat", "bar": "bar", "overline": "bar", "tilde": "tilde", "widetilde": "tilde",
           "vec": "", "dot": "dot"}  # fmt: skip
# Fonts change how a symbol looks, not which one it is.
FONTS = _names("""
    Big Bigg Biggl Biggr Bigl Bigr Large bf big bigg biggl biggr bigl bigr bm boldsymbol boxed cal centering
    color displaystyle footnotesize hline it large left limits mathbb mathbf mathcal mathfrak mathit mathop
    mathscr mathsf mathtt middle nolimits nonumber normalsize notag pmb right rm scriptsize scriptstyle small
    textbf textit textstyle tiny underline
""")
WORDS = _names("""
    hbox mathrm mbox operatorname text textrm textsf texttt
""")
SPACES = frozenset((",", ";", ":", "!", " ", ">", "\n", "quad", "qquad", "enspace", "thinspace", "hspace", "space",
                    "checkmark", "qed", "qedhere", "blacksquare", "square", "Box"))  # fmt: skip
# Function to base of the logarithm, None where the name says nothing of it.
LOGS: dict[str, str | None] = {"log": None, "ln": "e", "lg": "10", "ld": "2", "lb": "2"}
FUNCTIONS = frozenset({*LOGS, "exp", "sqrt", "abs", "sigmoid", "tanh", "sin", "cos", "norm", "log1p", "expm1"})
# Of several values; which ones is not read.
EXTREMES = frozenset(("max", "min", "sup", "inf"))
OPERATORS = {
    "cdot": "*", "times": "*", "ast": "⋆", "star": "⋆", "circledast": "⋆", "div": "/", "pm": "±", "leq": "≤", "le": "≤",
    "geq": "≥", "ge": "≥", "lt": "<", "gt": ">", "leqslant": "≤", "geqslant": "≥", "ll": "<", "gg": ">", "approx": "≈",
    "simeq": "≈", "cong": "≈", "doteq": "=", "equiv": "=", "coloneqq": "=", "triangleq": "=", "ne": "≠", "neq": "≠",
    "Rightarrow": "⇒", "implies": "⇒", "iff": "⇒", "Leftrightarrow": "⇒", "to": "⇒", "rightarrow": "⇒",
    "longrightarrow": "⇒", "Longrightarrow": "⇒", "therefore": "⇒", "in": "∈", "mid": "¦", "vert": "|", "lvert": "|",
    "rvert": "|", "Vert": "‖", "lVert": "‖", "rVert": "‖", "|": "‖", "parallel": "‖", "top": "⊤", "intercal": "⊤",
    "nless": "≮", "ngtr": "≯", "nleq": "≰", "ngeq": "≱", "lnot": "¬", "neg": "¬", "sim": "≈", "propto": "∝",
    "leftarrow": "=", "gets": "=", "circ": "∘", "odot": "⊙", "otimes": "⊗", "prime": "'", "%": "%", "#": "#",
}  # fmt: skip
SIGNS = {
    "−": "-", "–": "-", "—": "-", "‐": "-", "‑": "-", "·": "*", "×": "*", "⋅": "*", "∙": "*", "•": "*", "÷": "/",
    "∕": "/", "∗": "⋆", "⋆": "⋆", "★": "⋆", "⊛": "⋆", "≤": "≤", "≥": "≥", "⩽": "≤", "⩾": "≥", "≈": "≈", "≃": "≈",
    "≅": "≈", "≡": "=", "≔": "=", "≠": "≠", "⇒": "⇒", "→": "⇒", "⟹": "⇒", "⟶": "⇒", "∈": "∈", "‖": "‖", "∥": "‖",
    "∣": "¦", "⊤": "⊤", "√": "√", "±": "±", "∑": "∑", "∏": "∏", "∞": "∞", "…": "…", "⋯": "…", "⋮": "…", "⋱": "…",
    "'": "'", "′": "'", "≪": "<", "≫": ">", "≮": "≮", "≯": "≯", "≰": "≰", "≱": "≱", "@": "@", "&": "&", "∝": "∝",
    "⊙": "⊙", "←": "=", "⁄": "/", "：": ":", "（": "(", "）": ")",
}  # fmt: skip
RELATIONS = frozenset("=<>≤≥≈≠≮≯≰≱∈")
SUPERSCRIPTS = str.maketrans("⁰¹²³⁴⁵⁶⁷⁸⁹⁺⁻⁽⁾ⁿⁱᵀ", "0123456789+-()niT")
SUBSCRIPTS = str.maketrans("₀₁₂₃₄₅₆₇₈₉₊₋ₙᵢₐₑₓⱼₖₗₘₚₛₜ", "0123456789+-niaexjklmpst")
MATRIX_ENVIRONMENTS = _names("""
    Bmatrix NiceMatrix Vmatrix array bNiceMatrix pNiceMatrix bmatrix matrix pmatrix smallmatrix vmatrix
""")
CASES = _names("""
    cases dcases rcases
""")
LINE_ENVIRONMENTS = _names("""
    align alignat aligned alignedat displaymath eqnarray equation flalign gather gathered math multline split
""")
TABULAR = _names("""
    longtable tabular tabularx
""")
# Modules whose log is the natural one.
NUMERIC_MODULES = _names("""
    F jnp math np numpy scipy sp sympy tf torch
""")
# What leads to a condition, and what stands for the case that is left: English, German, French, Spanish, Italian,
# Portuguese, Chinese. A word that is not here leaves the case unread.
IF = _names("""
    if when for where and with case falls wenn für im fall si quand pour lorsque cuando para se quando per caso
    bei 若 如果 当
""")
OTHERWISE = _names("""
    otherwise else sonst ansonsten andernfalls sinon autrement altrimenti senão otro contrario contrário 否则 其他
""")
# `j is the true class`: what these words say is that an index is the label's.
LABEL = "the label"
LABELS = _names("""
    label labels target class true correct truth
""")
OF_LABELS = LABELS | _names("""
    of ground index this its to example example's sample
""")
# `y is 1` is y = 1.
IS = _names("""
    is equals ist gleich est vaut es è é vale 是
""")
ARTICLES = _names("""
    the der die das le la el il o
""")
# Words within a formula that lead from it to something else, and do not change it.
CONNECTIVES = IF | _names("""
    and or so then where with as since because thus hence therefore i.e. e.g. that which und oder also da weil mit
    et ou donc avec y o con e
""")
# Functions that take a vector to a vector: of one, with an index, only its name is known.
VECTOR_FUNCTIONS = _names("""
    softmax
""")
# What only turns a list into an array.
ARRAYS = _names("""
    array asarray matrix tensor
""")
