"""What customers and employees say: each verb a method."""

from __future__ import annotations

from typing import Literal, Unpack

from heartline.core.result import Result

from .asking import Asking
from .shared import Feeling, Keys, Only, Shared


class Listening(Asking):
    """Questions about scores, texts and answers."""

    def scores(
        self,
        *,
        scale: Keys = (),
        about: Keys = (),
        every: Literal["day", "week", "month", "quarter", "year"] | None = None,
        by: Keys = (),
        weighted: bool = False,
        corrected: bool = False,
        pooled: bool = False,
        **shared: Unpack[Shared],
    ) -> Result:
        """Say how customers score the company on each scale; see `heartline.listen.scores`."""
        own = {"scale": scale, "about": about, "every": every, "by": by}
        beside = {"weighted": weighted, "corrected": corrected, "pooled": pooled}
        return self.call("scores", {**own, **beside, **shared})

    def emotions(
        self,
        *,
        scale: Keys = (),
        about: Keys = (),
        by: Keys = (),
        newest: int = 20_000,
        quotes: int = 0,
        **shared: Unpack[Shared],
    ) -> Result:
        """Say which emotions many texts show; see `heartline.listen.emotions`."""
        own = {"scale": scale, "about": about, "by": by, "newest": newest, "quotes": quotes}
        return self.call("emotions", {**own, **shared})

    def feedback(
        self, *, scale: Keys = (), about: Keys = (), feeling: Feeling | None = None, theme: Keys = (),
        only: Only | None = None, since: int | None = None, ids: Keys = (), limit: int = 50, offset: int = 0,
        **shared: Unpack[Shared],
    ) -> Result:  # fmt: skip
        """List every answer on a scale and every text, newest first; see `heartline.listen.feedback`."""
        own = {"scale": scale, "about": about, "feeling": feeling, "theme": theme, "only": only, "since": since}
        return self.call("feedback", {**own, "ids": ids, "limit": limit, "offset": offset, **shared})

    def heard(
        self, *, scale: Keys = (), about: Keys = (), feeling: Feeling | None = None, theme: Keys = (),
        only: Only | None = None, since: int | None = None, every: Literal["day", "week", "month"] = "day",
        **shared: Unpack[Shared],
    ) -> Result:  # fmt: skip
        """Say how much people answer and write, and how it feels, day by day; see `heartline.listen.heard`."""
        own = {"scale": scale, "about": about, "feeling": feeling, "theme": theme, "only": only, "since": since}
        return self.call("heard", {**own, "every": every, **shared})

    def verbatims(
        self,
        *,
        scale: Keys = (),
        about: Keys = (),
        search: str | None = None,
        feeling: Literal["good", "bad", "neutral", "unknown"] | None = None,
        theme: Keys = (),
        told_by: Literal["customers", "employees"] | None = None,
        way: Keys = (),
        language: Keys = (),
        emotion: str | None = None,
        since: int | None = None,
        typical: int | None = None,
        limit: int = 50,
        offset: int = 0,
        **shared: Unpack[Shared],
    ) -> Result:
        """List what customers wrote and said, newest first; see `heartline.listen.verbatims`."""
        own = {"scale": scale, "about": about, "search": search, "feeling": feeling, "typical": typical}
        own |= {"told_by": told_by, "way": way, "language": language, "emotion": emotion, "since": since}
        return self.call("verbatims", {**own, "theme": theme, "limit": limit, "offset": offset, **shared})

    def reviews(self, *, scale: Keys = (), about: Keys = (), **shared: Unpack[Shared]) -> Result:
        """Say how each platform rates the company; see `heartline.listen.reviews.overview`."""
        return self.call("reviews", {"scale": scale, "about": about, **shared})

    def unanswered(
        self, *, about: Keys = (), scale: Keys = (), every: bool = False, limit: int = 50, offset: int = 0,
        **shared: Unpack[Shared],
    ) -> Result:  # fmt: skip
        """List the bad reviews that nobody has answered yet; see `heartline.listen.reviews.unanswered`."""
        own = {"scale": scale, "about": about, "every": every, "limit": limit, "offset": offset}
        return self.call("unanswered", {**own, **shared})

    def benchmark(
        self, *, scale: Keys = (), about: Keys = (), against: Keys = (), by: Keys = ("theme",), theme: Keys = (),
        alike: bool = True, quotes: int = 0, **shared: Unpack[Shared],
    ) -> Result:  # fmt: skip
        """Say what is said of us and what of competitors; see `heartline.listen.reviews.benchmark`."""
        own = {"scale": scale, "about": about, "against": against, "by": by, "theme": theme, "alike": alike}
        return self.call("benchmark", {**own, "quotes": quotes, **shared})

    def questions(
        self,
        survey: str,
        *,
        question: Keys = (),
        every: Literal["day", "week", "month", "quarter", "year"] | None = None,
        by: str | None = None,
        **shared: Unpack[Shared],
    ) -> Result:
        """Say what people answered to each question of a survey; see `heartline.listen.questions`."""
        return self.call("questions", {"survey": survey, "question": question, "every": every, "by": by, **shared})

    def responses(
        self,
        survey: str,
        *,
        response: Keys = (),
        answered: str | None = None,
        limit: int | None = 50,
        offset: int = 0,
        **shared: Unpack[Shared],
    ) -> Result:
        """List what each response to a survey answered; see `heartline.listen.responses`."""
        own = {"survey": survey, "response": response, "answered": answered, "limit": limit, "offset": offset}
        return self.call("responses", {**own, **shared})

    def crosstab(self, survey: str, question: str, by: str, **shared: Unpack[Shared]) -> Result:
        """Say who answers a question otherwise than the others; see `heartline.listen.crosstab`."""
        return self.call("crosstab", {"survey": survey, "question": question, "by": by, **shared})

    def themes(
        self,
        *,
        scale: Keys = (),
        about: Keys = (),
        theme: Keys = (),
        told_by: Literal["customers", "employees"] | None = None,
        sort: Literal["theme", "need", "reason"] = "theme",
        by: Keys = (),
        late: int = 28,
        quotes: int = 0,
        **shared: Unpack[Shared],
    ) -> Result:
        """Say what people talk about, and what is said more than before; see `heartline.listen.themes`."""
        own = {"scale": scale, "about": about, "theme": theme, "told_by": told_by, "sort": sort, "by": by}
        return self.call("themes", {**own, "late": late, "quotes": quotes, **shared})

    def below(
        self,
        *,
        scale: Keys = (),
        about: Keys = (),
        at_most: float | None = None,
        text: Literal["any", "with", "without"] = "any",
        every: Literal["day", "week", "month"] | None = None,
        **shared: Unpack[Shared],
    ) -> Result:
        """Say how many answers were so low; see `heartline.listen.alerting.below`."""
        own = {"scale": scale, "about": about, "at_most": at_most, "text": text, "every": every}
        return self.call("below", {**own, **shared})

    def limits(
        self,
        *,
        scale: Keys = (),
        about: Keys = (),
        theme: Keys = (),
        by: Keys = (),
        step: Literal["day", "week"] = "day",
        weeks: int = 52,
        direction: Literal["either", "falls", "rises"] = "either",
        **shared: Unpack[Shared],
    ) -> Result:
        """Say what left what is usual for it; see `heartline.listen.alerting.limits`."""
        own = {"scale": scale, "about": about, "theme": theme, "by": by, "step": step}
        return self.call("limits", {**own, "weeks": weeks, "direction": direction, **shared})

    def silences(self, *, source: Keys = (), weeks: int = 52, **shared: Unpack[Shared]) -> Result:
        """Say which sources are silent for longer than usual; see `heartline.listen.alerting.silences`."""
        return self.call("silences", {"source": source, "weeks": weeks, **shared})

    def surveyed(self, **shared: Unpack[Shared]) -> Result:
        """Say which surveys were answered, how often, and by which source; see `heartline.listen.surveyed`."""
        return self.call("surveyed", dict(shared))

    def trained(
        self, about: str, trained: Keys, on: str, *, weeks: int = 8, apart: Keys = (), **shared: Unpack[Shared]
    ) -> Result:
        """Say how feeling moved where a training was held; see `heartline.listen.trained`."""
        own = {"about": about, "trained": trained, "on": on, "weeks": weeks, "apart": apart}
        return self.call("trained", {**own, **shared})
