"""The names that code may use of which it is beyond doubt that it leaves nothing behind (`grader.worker.traceless`).

Nothing here sets, seeds, draws, prints, registers, opens, or shows memory that nobody wrote; nor does anything reach
what is named by text.
"""

from __future__ import annotations

# Modules that may be imported.
LIBRARIES = frozenset(
    """
    __future__ abc cmath collections collections.abc dataclasses fractions functools itertools math numbers numpy
    numpy.fft numpy.lib.stride_tricks numpy.linalg numpy.polynomial operator scipy scipy.fft scipy.linalg scipy.signal
    scipy.optimize scipy.special scipy.stats statistics torch torch.autograd torch.nn torch.nn.functional torch.optim
    typing
    """.split()  # noqa: SIM905
)
# Of Python's own.
BUILTINS = frozenset(
    """
    abs all any bool bytes callable chr complex dict divmod enumerate filter float frozenset int isinstance issubclass
    iter len list map max min next object ord pow property range reversed round set slice sorted staticmethod str sum
    super tuple type zip classmethod
    ArithmeticError AssertionError AttributeError Exception IndexError KeyError LookupError NotImplementedError
    OverflowError RuntimeError StopIteration TypeError ValueError ZeroDivisionError Ellipsis NotImplemented
    """.split()  # noqa: SIM905
)
# What may stand after a dot, or be imported from one of the modules.
NAMES = frozenset(
    """
    ABC abs absolute abstractmethod accumulate acos acosh Adam AdamW adaptive_avg_pool2d add add_ add_module addcdiv
    addcmul addmm addmv all allclose amax amin aminmax angle annotations Any any append arange arccos arccosh arcsin
    arcsinh arctan arctan2 arctanh argmax argmin argpartition argsort argwhere around array array_equal array_split
    as_tensor asarray ascontiguousarray asfarray asin asinh astype atan atan2 atanh atleast_1d atleast_2d atleast_3d
    autograd average avg_pool1d avg_pool2d AvgPool2d backward baddbmm bartlett BCELoss BCEWithLogitsLoss beta betaln
    bias binary_cross_entropy binary_cross_entropy_with_logits bincount binom bit_length blackman block block_diag bmm
    bool bool_ brentq broadcast_arrays broadcast_shapes broadcast_tensors broadcast_to bucketize buffers c_ Callable
    can_cast cat cdf cdist ceil chain children cho_factor cho_solve cholesky chunk circulant clamp clamp_ clamp_max
    clamp_min ClassVar clip clone column_stack comb combinations complex128 complex64 concat concatenate conj
    conjugate contiguous conv1d conv2d conv3d conv_transpose2d convolve convolve2d copy copysign copyto corrcoef
    correlate correlate2d cos cosh cosine_similarity count count_nonzero Counter cov cpu cross cross_entropy
    CrossEntropyLoss cummax cummin cumprod cumsum cumulative_sum cumulative_trapezoid data dataclass dct defaultdict
    deg2rad degrees delete denominator deque det detach diag diag_embed diagflat diagonal Dict diff digamma digitize
    dim dist div div_ divide divmod dot double dsplit dstack dtype e ediff1d eig eigh eigvals eigvalsh einsum
    element_size elu enable_grad entr eps eq equal erf erfc erfcx erfinv errstate eval exp exp2 expand expand_as
    expand_dims expit expm expm1 eye fabs factorial fft fft2 fftconvolve fftn fftshift fill_diagonal fill_diagonal_
    Final finfo flatnonzero Flatten flatten flip fliplr flipud float float16 float32 float64 floor floor_divide
    floordiv fmax fmean fmin fmod fold forward frac Fraction frexp from_numpy fromiter fsolve fsum full full_like fun
    functional gamma gammaln gather gaussian_nll_loss GaussianNLLLoss gcd ge GELU gelu Generator geomspace get grad
    grad_fn gradient greater greater_equal gt H half hamming hankel hanning hardtanh heaviside histogram hmean hsplit
    hstack huber huber_loss HuberLoss hypot idct identity ifft ifft2 ifftn iinfo imag index index_add index_add_
    index_select indices inf inference_mode inner insert int int16 int32 int64 int8 integer interp intersect1d intp
    inv irfft is_floating_point is_integer is_leaf isclose isfinite isin isinf isinteger isnan isnat isneginf isposinf
    isqrt issubdtype item itemgetter items itemsize Iterable Iterator ix_ join kaiser keys kl_div KLDivLoss kron
    l1_loss L1Loss layer_norm LBFGS ldexp le leaky_relu LeakyReLU lerp less less_equal lgamma lib limit_denominator
    linalg linear linspace List Literal load_state_dict log log10 log1p log2 log_expit log_softmax logaddexp
    logaddexp2 logical_and logical_not logical_or logical_xor logit logpdf logsigmoid LogSoftmax logspace logsumexp
    long lower lstsq lt lu_factor lu_solve Mapping masked_fill masked_fill_ masked_select matmul matrix_norm
    matrix_power matrix_rank matvec max max_pool1d max_pool2d maximum MaxPool2d mean median meshgrid min minimize
    minimize_scalar minimum mod Module ModuleList modules moveaxis movedim mse_loss MSELoss mT mul mul_ multi_dot
    multiply mv named_parameters NamedTuple namedtuple nan nan_to_num nanmax nanmean nanmin nanstd nansum nanvar
    narrow nbytes ndenumerate ndim ndindex ndtr ndtri ne neg negative nelement new_full new_ones new_tensor new_zeros
    nextafter nll_loss NLLLoss nn no_grad nonzero norm normalize not_equal number numel numerator numpy one_hot ones
    ones_like optim optimize Optional OrderedDict outer pad pairwise_distance parameters partial pdf perm permutations
    permute pi pinv polyfit polygamma polyval pop pow pow_ ppf prod product promote_types pseudo_huber pstdev ptp
    put_along_axis pvariance qr quantile r_ rad2deg radians ravel real reciprocal reduce register_buffer
    register_parameter rel_entr ReLU relu remainder repeat repeat_interleave requires_grad requires_grad_ reshape
    reshape_as resolve_conj result_type retain_grad reverse rfft rint RMSprop roll rollaxis rot90 round row_stack
    rsqrt scan scatter scatter_ scatter_add scatter_add_ searchsorted select Sequence Sequential Set setdiff1d SGD
    shape Sigmoid sigmoid sign signal signbit SiLU silu sin sinc sinh size sliding_window_view slogdet smooth_l1_loss
    SmoothL1Loss Softmax softmax softmin Softplus softplus solve solve_triangular sort special split sqrt square
    squeeze stack stack_ state_dict stats std std_mean stdev step storage_offset stride_tricks strides sub sub_
    subtract sum sumprod svd swapaxes swapdims T t take take_along_axis take_along_dim tan Tanh tanh tensor
    tensor_split tensordot tile to toeplitz tolist topk trace train transpose transpose_ trapezoid trapz tri tril
    tril_indices trim_mean triu triu_indices true_divide truediv trunc Tuple Type type_as TypeVar uint8 ulp unbind
    Unflatten unfold Union union1d unique unravel_index unsqueeze unsqueeze_ unwrap update upper values vander var
    var_mean variance vdot vecdot vecmat vector_norm view view_as vsplit vstack weight where xlog1py xlogx xlogy zero_
    zero_grad zeros zeros_like zip_longest
    """.split()  # noqa: SIM905
)
# Classes that may be named, and not called: they make arrays of memory that nobody wrote.
CLASSES = frozenset({"ndarray", "Tensor"})
SPECIAL = frozenset({"__init__", "__call__"})
DECORATORS = frozenset(
    {"staticmethod", "classmethod", "property", "dataclass", "abstractmethod", "no_grad", "inference_mode"}
)
