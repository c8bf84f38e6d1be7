"""Makes the tables beside this file, from Debian's packages:

    apt-get install -y python3-scipy python3-mpmath
    /usr/bin/python3 test/golden/scipy/generate.py

Each row holds SciPy's value and the exact one (mpmath, 40 digits): SciPy 1.10 is itself off by up to 4e-9 (quantiles of t) and 3e-11
(the beta distribution at a million), so a test against it alone would ask for its errors.
"""

import json
import pathlib

import mpmath as mp
import scipy
from scipy import optimize, special, stats

mp.mp.dps = 40
HERE = pathlib.Path(__file__).parent
SIZES = [2, 3, 5, 6, 10, 16, 30, 36, 100, 160, 368, 400, 1000, 3688, 10_000, 100_000, 1_000_000]
SHARES = [0.5, 0.9, 0.99, 0.999]
LEVELS = [0.005, 0.025, 0.05, 0.5, 0.95, 0.975, 0.995]
DEGREES = [1, 2, 3, 4, 5, 7, 9, 15, 39, 99, 399, 999, 9999, 99_999, 999_999]


def log_beta(a, b):
    return mp.loggamma(a) + mp.loggamma(b) - mp.loggamma(a + b)


def exact_beta(x, a, b):
    """I_x(a, b) by the fraction of DLMF 8.17.22 in 40 digits; mpmath's own series gives up on large shapes."""
    x, a, b = mp.mpf(x), mp.mpf(a), mp.mpf(b)
    if x > (a + 1) / (a + b + 2):
        return 1 - exact_beta(1 - x, b, a)
    c, d = mp.mpf(1), 1 / (1 - (a + b) * x / (a + 1))
    h = d
    for m in range(1, 1_000_000):
        even = m * (b - m) * x / ((a + 2 * m - 1) * (a + 2 * m))
        d, c = 1 / (1 + even * d), 1 + even / c
        h *= d * c
        odd = -(a + m) * (a + b + m) * x / ((a + 2 * m) * (a + 2 * m + 1))
        d, c = 1 / (1 + odd * d), 1 + odd / c
        h *= d * c
        if abs(d * c - 1) < mp.mpf(10) ** -36:
            break
    return mp.exp(a * mp.log(x) + b * mp.log(1 - x) - log_beta(a, b)) * h / a


def newton(start, height, slope):
    at = mp.mpf(start)
    for _ in range(4):
        at -= height(at) / slope(at)
    return at


def exact_beta_inverse(start, share, a, b):
    a, b, share = mp.mpf(a), mp.mpf(b), mp.mpf(share)
    density = lambda x: mp.exp((a - 1) * mp.log(x) + (b - 1) * mp.log(1 - x) - log_beta(a, b))
    return newton(start, lambda x: exact_beta(x, a, b) - share, density)


def exact_student(t, degrees):
    t, degrees = mp.mpf(t), mp.mpf(degrees)
    tail = exact_beta(degrees / (degrees + t * t), degrees / 2, mp.mpf(1) / 2) / 2
    return tail if t < 0 else 1 - tail


def exact_student_inverse(start, share, degrees):
    n = mp.mpf(degrees)
    constant = mp.exp(mp.loggamma((n + 1) / 2) - mp.loggamma(n / 2)) / mp.sqrt(n * mp.pi)
    density = lambda t: constant * mp.exp(-(n + 1) / 2 * mp.log1p(t * t / n))
    return newton(start, lambda t: exact_student(t, n) - mp.mpf(share), density)


def row(arguments, scipy_value, exact_value):
    return [*arguments, float(scipy_value), float(exact_value)]


def shapes():
    return [((n + 1) * p, (n + 1) * (1 - p)) for n in SIZES for p in SHARES]


def beta_rows():
    for a, b in shapes():
        mean = a / (a + b)
        deviation = (mean * (1 - mean) / (a + b + 1)) ** 0.5
        for k in (-6, -3, -1, 0, 1, 3):
            x = mean + k * deviation
            if 0 < x < 1:
                yield row([x, a, b], stats.beta.cdf(x, a, b), exact_beta(x, a, b))


def beta_inverse_rows():
    for a, b in shapes():
        for share in LEVELS:
            found = stats.beta.ppf(share, a, b)
            # Below 1e-300 there is nothing that an interval could use.
            if 1e-300 < found < 1:
                yield row([share, a, b], found, exact_beta_inverse(found, share, a, b))


def student_rows():
    for degrees in DEGREES:
        for t in (-40, -6, -2, -0.5, -1e-3, 0.1, 1, 3):
            exact = exact_student(t, degrees)
            if exact > 1e-300:
                yield row([t, degrees], special.stdtr(degrees, t), exact)


def student_inverse_rows():
    for degrees in DEGREES:
        for share in (0.0005, 0.005, 0.025, 0.3, 0.501, 0.75, 0.95, 0.975, 0.995, 0.99995):
            found = special.stdtrit(degrees, share)
            yield row([share, degrees], found, exact_student_inverse(found, share, degrees))


def normal_rows():
    for share in (1e-300, 1e-20, 1e-9, 0.001, 0.025, 0.07, 0.25, 0.4999, 0.6, 0.93, 0.975, 0.995, 1 - 1e-9):
        yield row([share], special.ndtri(share), newton(special.ndtri(share), lambda z: mp.ncdf(z) - mp.mpf(share), mp.npdf))


def level_rows():
    """Levels u of interpolated order statistics: I_p((n+1)u, (n+1)(1-u)) = tail, where both lie between the extreme values."""
    for n in SIZES:
        for p in SHARES:
            low, high = 1 / (n + 1), n / (n + 1)
            # All n values below the quantile: only the upper level can be out of reach for p >= 1/2.
            if p**n > 0.025:
                continue
            for tail in (0.975, 0.025):
                height = lambda u: stats.beta.cdf(p, (n + 1) * u, (n + 1) * (1 - u)) - tail
                found = optimize.brentq(height, low, high, xtol=1e-16, rtol=1e-15)
                exact = mp.findroot(
                    lambda u: exact_beta(p, (n + 1) * u, (n + 1) * (1 - u)) - mp.mpf(tail),
                    (mp.mpf(found), mp.mpf(found) * (1 - mp.mpf(10) ** -9)),
                    solver="secant",
                )
                yield row([n, p, tail], found, exact)


TABLES = {
    "beta": (["x", "a", "b"], beta_rows),
    "beta-inverse": (["share", "a", "b"], beta_inverse_rows),
    "student": (["t", "degrees"], student_rows),
    "student-inverse": (["share", "degrees"], student_inverse_rows),
    "normal-inverse": (["share"], normal_rows),
    "order-statistic-levels": (["n", "p", "tail"], level_rows),
}

for name, (columns, rows) in TABLES.items():
    made = list(rows())
    lines = ",\n    ".join(json.dumps(line) for line in made)
    head = json.dumps({"scipy": scipy.__version__, "mpmath": mp.__version__, "columns": [*columns, "scipy", "exact"]})[1:-1]
    (HERE / f"{name}.json").write_text(f'{{\n  {head},\n  "rows": [\n    {lines}\n  ]\n}}\n')
    worst = max(abs(line[-2] / line[-1] - 1) for line in made)
    print(f"{name}: {len(made)} rows, SciPy off by at most {worst:.1e}")
