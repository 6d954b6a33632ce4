"""What the commands of LaTeX and the signs of Unicode mean to the reader; a command that is not here is refused."""

from __future__ import annotations

GREEK = frozenset(
    [
        "alpha",
        "beta",
        "gamma",
        "delta",
        "epsilon",
        "varepsilon",
        "zeta",
        "eta",
        "theta",
        "vartheta",
        "iota",
        "kappa",
        "lambda",
        "mu",
        "nu",
        "xi",
        "pi",
        "rho",
        "sigma",
        "tau",
        "upsilon",
        "phi",
        "varphi",
        "chi",
        "psi",
        "omega",
        "Gamma",
        "Delta",
        "Theta",
        "Lambda",
        "Xi",
        "Pi",
        "Sigma",
        "Phi",
        "Psi",
        "Omega",
        "ell",
    ]
)
GREEK_SIGNS = dict(
    zip("αβγδεζηθικλμνξπρστυφχψωΓΔΘΛΞΠΣΦΨΩℓ",
        ["alpha", "beta", "gamma", "delta", "epsilon", "zeta", "eta", "theta", "iota", "kappa", "lambda", "mu", "nu", "xi", "pi", "rho", "sigma", "tau", "upsilon", "phi", "chi", "psi", "omega", "Gamma", "Delta", "Theta", "Lambda", "Xi", "Pi", "Sigma", "Phi", "Psi", "Omega", "ell"], strict=True)
)  # fmt: skip
ACCENTS = {"hat": "hat", "widehat": "hat", "bar": "bar", "overline": "bar", "tilde": "tilde", "widetilde": "tilde",
           "vec": "", "dot": "dot"}  # fmt: skip
# Fonts change how a symbol looks, not which one it is.
FONTS = frozenset(
    [
        "mathbf",
        "mathbb",
        "boldsymbol",
        "bm",
        "mathcal",
        "mathscr",
        "mathsf",
        "mathit",
        "mathfrak",
        "mathtt",
        "pmb",
        "bf",
        "cal",
        "textbf",
        "textit",
        "displaystyle",
        "textstyle",
        "scriptstyle",
        "rm",
        "it",
        "boxed",
        "underline",
        "mathop",
        "limits",
        "small",
        "large",
        "footnotesize",
        "scriptsize",
        "tiny",
        "normalsize",
        "Large",
        "left",
        "right",
        "middle",
        "big",
        "Big",
        "bigg",
        "Bigg",
        "bigl",
        "bigr",
        "Bigl",
        "Bigr",
        "biggl",
        "biggr",
        "Biggl",
        "Biggr",
        "nolimits",
        "nonumber",
        "notag",
        "hline",
        "centering",
        "color",
    ]
)
WORDS = frozenset(["text", "textrm", "textsf", "texttt", "mbox", "hbox", "mathrm", "operatorname"])
SPACES = frozenset([",", ";", ":", "!", " ", ">", "quad", "qquad", "enspace", "thinspace", "hspace", "space", "\n"])
# Function -> base of the logarithm, or None where the name says nothing of it.
LOGS: dict[str, str | None] = {"log": None, "ln": "e", "lg": "10", "ld": "2", "lb": "2"}
FUNCTIONS = frozenset({*LOGS, "exp", "sqrt", "abs", "sigmoid", "tanh", "sin", "cos", "norm"})
OPERATORS = {
    "cdot": "*", "times": "*", "ast": "⋆", "star": "⋆", "circledast": "⋆", "div": "/", "pm": "±", "leq": "≤", "le": "≤",
    "geq": "≥", "ge": "≥", "lt": "<", "gt": ">", "leqslant": "≤", "geqslant": "≥", "ll": "<", "gg": ">", "approx": "≈",
    "simeq": "≈", "cong": "≈", "doteq": "=", "equiv": "=", "coloneqq": "=", "triangleq": "=", "ne": "≠", "neq": "≠",
    "Rightarrow": "⇒", "implies": "⇒", "iff": "⇒", "Leftrightarrow": "⇒", "to": "⇒", "rightarrow": "⇒",
    "longrightarrow": "⇒", "Longrightarrow": "⇒", "therefore": "⇒", "in": "∈", "mid": "¦", "vert": "|", "lvert": "|",
    "rvert": "|", "Vert": "‖", "lVert": "‖", "rVert": "‖", "|": "‖", "parallel": "‖", "top": "⊤", "intercal": "⊤",
    "nless": "≮", "ngtr": "≯", "nleq": "≰", "ngeq": "≱", "lnot": "¬", "neg": "¬", "sim": "~", "propto": "∝",
    "circ": "∘", "odot": "⊙", "otimes": "⊗", "prime": "'", "%": "%", "#": "#",
}  # fmt: skip
SIGNS = {
    "−": "-", "–": "-", "—": "-", "‐": "-", "‑": "-", "·": "*", "×": "*", "⋅": "*", "∙": "*", "•": "*", "÷": "/",
    "∕": "/", "∗": "⋆", "⋆": "⋆", "★": "⋆", "⊛": "⋆", "≤": "≤", "≥": "≥", "⩽": "≤", "⩾": "≥", "≈": "≈", "≃": "≈",
    "≅": "≈", "≡": "=", "≔": "=", "≠": "≠", "⇒": "⇒", "→": "⇒", "⟹": "⇒", "⟶": "⇒", "∈": "∈", "‖": "‖", "∥": "‖",
    "∣": "¦", "⊤": "⊤", "√": "√", "±": "±", "∑": "∑", "∏": "∏", "∞": "∞", "…": "…", "⋯": "…", "⋮": "…", "⋱": "…",
    "'": "'", "′": "'", "≪": "<", "≫": ">", "≮": "≮", "≯": "≯", "≰": "≰", "≱": "≱", "@": "@", "&": "&", "∝": "∝",
    "⊙": "⊙", "∂": "∂", "∇": "∇",
}  # fmt: skip
RELATIONS = frozenset("=<>≤≥≈≠≮≯≰≱∈")
SUPERSCRIPTS = str.maketrans("⁰¹²³⁴⁵⁶⁷⁸⁹⁺⁻⁽⁾ⁿⁱᵀ", "0123456789+-()niT")
SUBSCRIPTS = str.maketrans("₀₁₂₃₄₅₆₇₈₉₊₋ₙᵢₐₑₓ", "0123456789+-niaex")
MATRIX_ENVIRONMENTS = frozenset(
    ["matrix", "pmatrix", "bmatrix", "Bmatrix", "vmatrix", "Vmatrix", "smallmatrix", "array"]
)
CASES = frozenset(("cases", "dcases", "rcases"))
LINE_ENVIRONMENTS = frozenset(
    [
        "equation",
        "align",
        "aligned",
        "alignat",
        "gather",
        "gathered",
        "split",
        "multline",
        "eqnarray",
        "flalign",
        "displaymath",
        "math",
        "alignedat",
    ]
)
TABULAR = frozenset(("tabular", "tabularx", "longtable"))
# Modules whose log is the natural one.
NUMERIC_MODULES = frozenset(("np", "numpy", "math", "torch", "tf", "jnp", "F", "scipy", "sp", "sympy"))
