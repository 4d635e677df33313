/**
 * What the page shows. `<body>` carries it for tests too: `data-state` is `loading`, `form`, `frame` or `home`,
 * `data-username` the user's name in chat, and `data-pending` the number of calls that are still under way.
 */

const find = (selector) => document.querySelector(selector);
const findByTestId = (name) => find(`[data-testid="${name}"]`);

export class View {
  #accounts;
  #frameUrl = "";
  #pending = 0;

  constructor(accounts) {
    this.#accounts = accounts;
  }

  showFacts({ version, era }) {
    document.body.dataset.version = version;
    document.body.dataset.era = era;
    findByTestId("facts").textContent = `It plays Rocket.Chat ${version}, web client of era ${era}.`;
  }

  /** Shows a sentence above all else; an empty one takes it away. */
  notify(sentence) {
    const notice = findByTestId("notice");
    notice.textContent = sentence;
    notice.hidden = !sentence;
  }

  /** Frames that page, unless somebody is logged in or about to be. */
  showFrame(url) {
    if (!this.#accounts.credentials && !this.#accounts.resuming) {
      this.#frameUrl = url;
      this.render();
    }
  }

  /** Counts a call as under way until it has settled. */
  async during(promise) {
    this.#pending += 1;
    this.render();
    try {
      return await promise;
    } finally {
      this.#pending -= 1;
      this.render();
    }
  }

  render() {
    if (this.#accounts.credentials) {
      this.#frameUrl = "";
    }
    const state = this.#state();
    for (const view of document.querySelectorAll("[data-view]")) {
      view.hidden = view.dataset.view !== state;
    }
    this.#renderFrame(state === "frame" ? this.#frameUrl : "");
    this.#renderUser(this.#accounts.user);
    Object.assign(document.body.dataset, {
      state,
      pending: this.#pending,
      username: this.#accounts.user?.username ?? "",
    });
  }

  #state() {
    if (this.#accounts.credentials) {
      return this.#accounts.user ? "home" : "loading";
    }
    if (this.#frameUrl) {
      return "frame";
    }
    return this.#pending ? "loading" : "form";
  }

  #renderFrame(url) {
    const place = find('[data-view="frame"]');
    if (place.firstElementChild?.getAttribute("src") === url) {
      return;
    }
    place.replaceChildren();
    if (url) {
      const frame = document.createElement("iframe");
      frame.title = "Login";
      frame.setAttribute("src", url);
      place.append(frame);
    }
  }

  #renderUser(user) {
    findByTestId("name").textContent = user?.name ?? "";
    findByTestId("username").textContent = user ? `@${user.username}` : "";
    findByTestId("greeting").textContent = user?.username ?? "";
    find(".avatar").textContent = (user?.username ?? "").slice(0, 1).toUpperCase();
  }
}
