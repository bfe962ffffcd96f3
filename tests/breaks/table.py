"""What is broken on purpose, and which tests must notice. Data.

Each is one text of one file, which must stand there once, and what takes its place.
"""

from dataclasses import dataclass


@dataclass(frozen=True, slots=True)
class Break:
    """`tests`: a file for Vitest below extension/, or arguments for pytest."""

    what: str
    file: str
    text: str
    instead: str
    tests: str


BADGES, FEED, JUDGE, BACKGROUND = (
    f"extension/src/{part}" for part in ("badge", "feed", "judge", "background")
)
FEEDS = "tests/feeds/test_feeds.py"

# Seen by unit tests; minutes for all.
UNITS = (
    Break(
        "the picture's anchor name is not renewed where the page overwrote it",
        f"{BADGES}/anchor.ts", "renew: (now) => released || setName(box, hold, now)",
        "renew: () => undefined", "src/badge/anchor.test.ts",
    ),
    Break(
        "an anchor name of the page's own is lost",
        f"{BADGES}/anchor.ts", "own ? `${own}, ${hold.name}` : hold.name",
        "hold.name", "src/badge/anchor.test.ts",
    ),
    Break(
        "the page can look into a badge",
        f"{BADGES}/badge.ts", 'attachShadow({ mode: "closed" })',
        'attachShadow({ mode: "open" })', "src/badge/badge.test.ts",
    ),
    Break(
        "a verdict of another model is shown from the cache",
        f"{JUDGE}/cache.ts", "kept && kept.judged.model.sha256 === model ? kept : null",
        "kept", "src/judge/cache.test.ts",
    ),
    Break(
        "a question that is taken back goes on",
        f"{BACKGROUND}/askers.ts", "this.#waiting.get(`${tab} ${id}`)?.stop.abort();",
        "void [tab, id];", "src/background/askers.test.ts",
    ),
    Break(
        "a closed tab's questions go on",
        f"{BACKGROUND}/askers.ts", "each.stop.abort();",
        "void each;", "src/background/askers.test.ts",
    ),
    Break(
        "a failure is kept as a verdict is",
        f"{BACKGROUND}/checks.ts", 'if (outcome.kind === "judged") void this.cache.put(key, {',
        "void this.cache.put(key, outcome as never); void ({", "src/background/checks.test.ts",
    ),
    Break(
        "one picture asked for twice is fetched twice",
        f"{BACKGROUND}/checks.ts", "this.#jobs.get(jobKey) ?? this.#start(jobKey, key, ask)",
        "this.#start(jobKey, key, ask)", "src/background/checks.test.ts",
    ),
    Break(
        "a background tab goes before the one in front",
        f"{BACKGROUND}/lanes.ts", "this.#waiting.findIndex((each) => each.urgent())",
        "-1", "src/background/checks.test.ts",
    ),
    Break(
        "what was added first is asked first, wherever the reader is",
        f"{FEED}/queue.ts", "this.#nearest(waiting) : waiting[0]",
        "waiting[0] : waiting[0]", "src/feed/queue.test.ts",
    ),
    Break(
        "the self-test lets a network pass that computes otherwise",
        f"{JUDGE}/tfjs/self-test.ts", "off <= TOLERANCE",
        "off <= 1", "src/judge/tfjs/self-test.test.ts",
    ),
    Break(
        "an answer that is none becomes a verdict",
        f"{JUDGE}/backend.ts", "const judged = ok ? asJudged(body) : null;",
        'const judged = asJudged(body) ?? (ok ? ({ verdict: "real" } as never) : null);',
        "src/judge/backend.test.ts",
    ),
    Break(
        "cautious readers get the verdicts of all others",
        f"{JUDGE}/sensitivity.ts", "judged.probability >= fake",
        "judged.probability >= 0.9", "src/judge/sensitivity.test.ts",
    ),
)  # fmt: skip

# Seen by the built extension in real Chromium, with the real backend.
BROWSER = (
    Break(
        "a badge stands where its picture was",
        f"{BADGES}/style.ts", "top: calc(anchor(top, -9999px) + 8px + var(--candid-y, 0px)) !important;",
        "top: 40px !important;", f"{FEEDS} -k badge_follows_its_picture",
    ),
    Break(
        "an element that shows another picture keeps its badge",
        f"{FEED}/feed.ts", "if (entry && entry.address !== addressOf(picture)) this.#drop(picture);",
        "if (!entry) return;", f"{FEEDS} -k thousand_posts",
    ),
    Break(
        "what is scrolled past is fetched all the same",
        f"{FEED}/feed.ts", "#leave(picture: Picture): void {\n    this.#queue.cancel(picture);",
        "#leave(picture: Picture): void {", f"{FEEDS} -k scrolled_past",
    ),
    Break(
        "the variant that the page shows is not asked for where the best one fails",
        f"{BACKGROUND}/download.ts", "for (const [index, address] of addresses.entries()) {",
        "for (const [index, address] of addresses.slice(0, 1).entries()) {", f"{FEEDS} -k best_variant",
    ),
)  # fmt: skip

# Of service and training.
PYTHON = (
    Break(
        "any token opens the door",
        "backend/tokens.py", "return any(matches)", "return bool(matches)", "tests/backend/test_door.py",
    ),
    Break(
        "a file's text outranks its signed credentials",
        "backend/evidence/rungs.py", 'Rung("content_credentials", partial(read_credentials',
        'Rung("metadata", read_metadata), Rung("content_credentials", partial(read_credentials',
        "tests/backend/test_evidence.py",
    ),
    Break(
        "a source of false alarms does not bind the threshold",
        "training/calibrate.py", "limits.worst_false_alarms) for values in real_sources]",
        "1.0) for values in real_sources]", "tests/training/test_calibrate.py",
    ),
    Break(
        "fakes are laundered otherwise than real pictures",
        "training/crops.py", "laundered_pixels(self._pixels(plan.index), plan.steps)",
        "laundered_pixels(self._pixels(plan.index), self.samples[plan.index].label * plan.steps)",
        "tests/training/test_crops.py",
    ),
)  # fmt: skip

ALL = (*UNITS, *BROWSER, *PYTHON)
