// The stream: what comes in is put on top; while somebody reads it waits behind a button. Announced politely.
"use strict";
(() => {
  const MOST = 200, AGAIN_MS = 4000, TELL_MS = 3000, FLASH_MS = 1500, AGO_MS = 30000;
  let line = null;

  const counted = (from, number) => (number === 1 ? from.dataset.one : from.dataset.many.replace("{n}", number));
  const made = (html) => {
    const holder = document.createElement("template");
    holder.innerHTML = html;
    return holder.content.firstElementChild;
  };

  class Line {
    constructor(section) {
      this.section = section;
      this.language = section.dataset.language;
      for (const name of ["feed", "state", "pause", "reload", "told", "new", "more"])
        this[name] = section.querySelector(`[data-${name}]`);
      this.waiting = [];
      this.untold = 0;
      this.paused = false;
      this.last = "";
      this.pause.hidden = this.state.hidden = false;
      this.pause.addEventListener("click", () => this.turn());
      this.new.addEventListener("click", () => this.show(true));
      this.ticking = setInterval(() => this.ages(), AGO_MS);
      this.ages();
      this.open();
      if (section.querySelector("[data-reading]")) this.reread();
    }

    open() {
      if (this.source || document.hidden || this.over) return;
      const address = new URL(this.section.dataset.stream, location.href);
      if (this.last) address.searchParams.set("since", this.last);
      this.source = new EventSource(address);
      this.source.addEventListener("open", () => this.say(this.paused ? "paused" : "live"));
      this.source.addEventListener("said", (event) => this.came(event));
      this.source.addEventListener("reread", (event) => { this.last = event.lastEventId; this.reread(); });
      this.source.addEventListener("end", () => this.ended());
      this.source.addEventListener("error", () => {
        if (this.source && this.source.readyState === EventSource.CLOSED) this.ended();
        else this.say("lost");
      });
    }

    close() {
      if (this.source) this.source.close();
      this.source = null;
    }

    ended() {
      this.over = true;
      this.close();
      this.say("over");
      this.pause.hidden = true;
      this.reload.hidden = false;
    }

    end() {
      this.close();
      clearInterval(this.ticking);
      clearTimeout(this.telling);
      clearTimeout(this.asking);
    }

    say(how) {
      this.state.dataset.state = how;
      this.state.textContent = this.state.dataset[how];
    }

    turn() {
      this.paused = !this.paused;
      this.pause.setAttribute("aria-pressed", String(this.paused));
      this.pause.textContent = this.paused ? this.pause.dataset.go : this.pause.dataset.stop;
      this.say(this.paused ? "paused" : "live");
      if (!this.paused) this.show(true);
    }

    came(event) {
      const told = JSON.parse(event.data);
      this.last = event.lastEventId;
      const known = new Set([...this.feed.children].flatMap((card) => card.dataset.ids.split(" ")));
      for (const card of this.waiting) for (const id of card.ids) known.add(id);
      const fresh = told.cards.filter((card) => !card.ids.some((id) => known.has(id)));
      if (told.more) { this.more.textContent = told.more; this.more.hidden = false; }
      if (!fresh.length) return;
      this.waiting = [...fresh, ...this.waiting].slice(0, MOST);
      this.tell(fresh.length);
      this.show(false);
    }

    // Nothing moves under the eyes of a reader: whoever scrolled, points at a card, stands on one or has marked words.
    reading() {
      const marked = getSelection();
      return this.feed.getBoundingClientRect().top < 0 || this.feed.matches(":hover") ||
        this.feed.contains(document.activeElement) || (marked && !marked.isCollapsed);
    }

    show(wanted) {
      if (!wanted && (this.paused || (this.reading() && this.feed.children.length))) {
        this.new.textContent = counted(this.new, this.waiting.length);
        this.new.hidden = !this.waiting.length;
        return;
      }
      const focused = document.activeElement === this.new;
      this.new.hidden = true;
      const cards = this.waiting.map((card) => made(card.html));
      this.waiting = [];
      for (const card of cards) this.place(card);
      while (this.feed.children.length > MOST) this.feed.lastElementChild.remove();
      if (cards.length) for (const teach of document.querySelectorAll("[data-teach]")) teach.remove();
      if (wanted && cards.length) {
        if (this.feed.getBoundingClientRect().top < 0) this.section.scrollIntoView();
        if (focused) { cards[0].tabIndex = -1; cards[0].focus(); }
      }
      if (cards.some((card) => card.dataset.reading !== undefined)) this.reread();
      this.ages();
    }

    place(card) {
      const at = Date.parse(card.dataset.at);
      const before = [...this.feed.children].find((other) => Date.parse(other.dataset.at) < at);
      card.classList.add("came");
      this.feed.insertBefore(card, before || null);
      setTimeout(() => card.classList.remove("came"), FLASH_MS);
    }

    tell(number) {
      this.untold += number;
      if (this.telling) return;
      this.told.textContent = counted(this.told, this.untold);
      this.untold = 0;
      this.telling = setTimeout(() => {
        this.telling = null;
        if (this.untold) this.tell(0);
      }, TELL_MS);
    }

    // Texts are read better a moment later: their cards are asked for again and change where they stand.
    reread() {
      if (this.asking) { this.once_more = true; return; }
      this.asking = setTimeout(() => {
        this.asking = null;
        if (this.once_more) { this.once_more = false; this.reread(); }
      }, AGAIN_MS);
      this.refresh();
    }

    async refresh() {
      const cards = [...this.feed.children].filter((card) => card.querySelector("blockquote")).slice(0, 60);
      if (!cards.length) return;
      const days = cards.map((card) => Date.parse(card.dataset.day)), day = 86400000;
      const write = (ms) => new Date(ms).toISOString().slice(0, 10);
      const address = new URL(this.section.dataset.again, location.href);
      address.searchParams.set("period", `${write(Math.min(...days) - day)}/${write(Math.max(...days) + 2 * day)}`);
      for (const card of cards) for (const id of card.dataset.ids.split(" ")) address.searchParams.append("id", id);
      let told;
      try {
        const answer = await fetch(address, { headers: { Accept: "application/json" }, redirect: "error" });
        if (!answer.ok) return;
        told = await answer.json();
      } catch { return; }  // the next reading asks again
      for (const { ids, html } of told.cards) {
        const old = cards.find((card) => card.isConnected && card.dataset.ids.split(" ").includes(ids[0]));
        const fresh = made(html);
        if (!old || old.contains(document.activeElement) || old.dataset.drawn === html) continue;
        if (old.dataset.ids !== fresh.dataset.ids) continue;
        fresh.dataset.drawn = html;
        old.replaceWith(fresh);
      }
      this.ages();
    }

    ages() {
      const near = new Intl.RelativeTimeFormat(this.language, { numeric: "always" });
      for (const time of this.feed.querySelectorAll("time[data-ago]")) {
        const seconds = (Date.now() - Date.parse(time.dateTime)) / 1000;
        if (seconds < 60 || seconds >= 7 * 86400) continue;
        const [of, name] = seconds < 3600 ? [60, "minute"] : seconds < 86400 ? [3600, "hour"] : [86400, "day"];
        time.textContent = near.format(-Math.floor(seconds / of), name);
      }
    }
  }

  const begin = () => {
    const section = document.querySelector("[data-stream]");
    if (line && line.section === section) return;
    if (line) line.end();
    line = section ? new Line(section) : null;
  };
  document.addEventListener("htmx:afterSettle", begin);
  document.addEventListener("visibilitychange", () => {  // a browser keeps few connections: what nobody looks at gives up its own
    if (!line) return;
    if (document.hidden) line.close(); else line.open();
  });
  addEventListener("pagehide", () => { if (line) line.close(); });
  addEventListener("pageshow", (event) => { if (event.persisted && line) line.open(); });
  begin();
})();
