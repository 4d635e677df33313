// @ts-check

/**
 * Chat in a page of the site: `<rocketchat-room>` shows a room, `<rocketchat-unread>` how much is unread.
 *
 * What the page around Rocket.Chat can tell it, and hears from it, is documented at
 * https://developer.rocket.chat/docs/iframe-integration; the client reads it in client/hooks/iframe/useIframeCommands.ts.
 */

const START_PATIENCE_MILLISECONDS = 20_000;

/** Pages of this origin tell each other by it that somebody signed in or out. */
const CHANNEL = "rocketchat_auth";

/** Chat's event for the end of a login: by its own Logout, or by the server, as when the person left the site. */
const LOGGED_OUT = "Custom_Script_On_Logout";

/** @typedef {{ go: { path: string }, "set-user-status": { status: string }, "login-with-token": { token: string }, logout: {} }} Commands */

export class RocketChatRoom extends HTMLElement {
  static observedAttributes = ["path"];

  /** @type {HTMLIFrameElement | null} */
  #frame = null;
  /** @type {HTMLElement | null} */
  #status = null;
  /** @type {HTMLButtonElement | null} */
  #retry = null;
  /** @type {{ promise: Promise<void>, resolve: () => void }} */
  #started = startOf();
  #timer = 0;
  #token = "";
  #hasStarted = false;
  #looking = false;
  #lookAgain = false;
  /** Whether the person logged out of chat, and has not asked to be let in again. */
  #left = false;
  /** Whether the token that the site has for them is no good: their logout ended it. */
  #fresh = false;
  /** @type {AbortController} */
  #life = new AbortController();
  /** @type {BroadcastChannel | null} */
  #channel = null;

  connectedCallback() {
    this.#life = new AbortController();
    const { signal } = this.#life;
    window.addEventListener("message", (event) => this.#hear(event), { signal });
    document.addEventListener("visibilitychange", () => document.visibilityState === "visible" && this.#look(), { signal });
    window.addEventListener("pageshow", (event) => event.persisted && this.#look(), { signal });
    this.#channel = new BroadcastChannel(CHANNEL);
    this.#channel.addEventListener("message", () => this.#look(), { signal });
    this.#build();
    this.#load();
  }

  disconnectedCallback() {
    this.#life.abort();
    this.#channel?.close();
    clearTimeout(this.#timer);
    this.#frame?.remove();
    this.#frame = null;
    this.#token = "";
  }

  /**
   * @param {string} _name
   * @param {string | null} before
   * @param {string | null} after
   */
  attributeChangedCallback(_name, before, after) {
    if (this.#frame !== null && after !== null && after !== before) this.go(after);
  }

  /**
   * Show another room or page of the chat.
   *
   * @param {string} path such as `/channel/general`
   */
  async go(path) {
    await this.#command("go", { path });
  }

  /**
   * Set the person's status in chat.
   *
   * @param {"online" | "away" | "busy" | "offline"} status
   */
  async setStatus(status) {
    await this.#command("set-user-status", { status });
  }

  /** Log the person out of the chat in this frame, until they ask for it again. On the site they stay signed in. */
  async logout() {
    await this.#command("logout", {});
    this.#leave();
  }

  get #origin() {
    return new URL(this.#attribute("chat")).origin;
  }

  /** @param {string} name */
  #attribute(name) {
    return this.getAttribute(name) ?? "";
  }

  #build() {
    if (this.#status !== null) return;
    const line = document.createElement("p");
    this.#status = document.createElement("span");
    this.#status.setAttribute("role", "status");
    this.#retry = document.createElement("button");
    this.#retry.type = "button";
    this.#retry.addEventListener("click", () => this.#load());
    line.append(this.#status, this.#retry);
    this.prepend(line);
  }

  /** Load chat, also once more. */
  #load() {
    this.#fresh = this.#left;
    this.#left = false;
    this.#frame?.remove();
    clearTimeout(this.#timer);
    // What was commanded before chat started still waits for that.
    if (this.#hasStarted) this.#started = startOf();
    this.#hasStarted = false;
    this.#token = "";
    const frame = document.createElement("iframe");
    // A path without its slash would be part of the host's name.
    const address = new URL(`${this.#attribute("chat")}/${this.#attribute("path").replace(/^\/+/, "")}`);
    address.searchParams.set("layout", "embedded");
    frame.title = this.#attribute("title-of-frame");
    frame.allow = "clipboard-write; fullscreen";
    frame.src = address.href;
    this.#frame = frame;
    // Chat may have kept the login of whoever was here before.
    this.#reveal(false);
    this.#say("text-loading");
    this.append(frame);
    this.#timer = setTimeout(() => this.#say("text-failed", { retry: "text-retry", link: true }), START_PATIENCE_MILLISECONDS);
  }

  /**
   * @param {string} text the attribute that has the sentence, or "" for none
   * @param {{ retry?: string, link?: boolean }} [ways] what is offered beside it: a button, by its text, and the link
   */
  #say(text, { retry = "", link = false } = {}) {
    if (this.#status === null || this.#retry === null) return;
    this.#status.textContent = text && this.#attribute(text);
    this.#retry.hidden = !retry;
    this.#retry.textContent = retry && this.#attribute(retry);
    const line = this.#status.parentElement;
    if (line !== null) line.hidden = !text;
    const plain = this.querySelector("a");
    if (plain !== null) plain.hidden = !link;
  }

  /** @param {boolean} visible */
  #reveal(visible) {
    if (this.#frame !== null) this.#frame.hidden = !visible;
  }

  /** @param {MessageEvent} event */
  #hear(event) {
    if (this.#frame === null || event.source !== this.#frame.contentWindow || event.origin !== this.#origin) return;
    const name = event.data?.eventName;
    if (typeof name !== "string") return;
    if (name === "startup") this.#start();
    if (name === LOGGED_OUT && this.#token) this.#leave();
    if (this.#frame.hidden && name !== "startup") return;
    const told = { bubbles: true, composed: true, detail: event.data.data };
    this.dispatchEvent(new CustomEvent(`rocketchat:${name}`, told));
  }

  #start() {
    clearTimeout(this.#timer);
    this.#hasStarted = true;
    this.#started.resolve();
    this.#token = "";
    this.#look();
  }

  /** Chat's own login form would not show in here, so the person is told instead, and why: they may have left the site. */
  #leave() {
    this.#left = true;
    this.#token = "";
    this.#conceal("text-left", "text-again");
    this.#look();
  }

  /**
   * Show a sentence in the place of chat.
   *
   * @param {string} text
   * @param {string} [retry]
   */
  #conceal(text, retry = "") {
    this.#reveal(false);
    this.#say(text, { retry, link: true });
    this.dispatchEvent(new CustomEvent("rocketchat:unread-changed", { bubbles: true, composed: true, detail: "" }));
  }

  /** See who is signed in to the site, and let that count in the chat. */
  async #look() {
    this.#lookAgain = this.#looking;
    if (this.#looking || !this.#hasStarted) return;
    this.#looking = true;
    const frame = this.#frame;
    try {
      const body = new URLSearchParams(this.#fresh ? { fresh: "1" } : {});
      const response = await fetch(this.#attribute("token-url"), { method: "POST", cache: "no-store", body });
      // Chat may have been loaded anew meanwhile, for a fresh token; what is said of the old one is over.
      if (frame === this.#frame) await this.#follow(response);
    } catch {
      // The network is away, and so is chat; the next look sees to it.
    } finally {
      this.#looking = false;
      if (this.#lookAgain) this.#look();
    }
  }

  /** @param {Response} response */
  async #follow(response) {
    if (response.status === 200) {
      const { loginToken } = await response.json();
      if (this.#left || loginToken === this.#token) return;
      this.#fresh = false;
      this.#token = loginToken;
      this.#say("");
      this.#reveal(true);
      await this.#command("login-with-token", { token: loginToken });
      this.#channel?.postMessage("changed");
    } else if (response.status === 401) {
      // Also where no token was handed over: chat may have kept the login of whoever was here before.
      await this.#command("logout", {});
      if (this.#token) this.#channel?.postMessage("changed");
      this.#token = "";
      this.#left = false;
      this.#conceal("text-signed-out");
    } else if (response.status === 409) {
      this.#left = true;
      this.#conceal("text-left", "text-again");
    } else {
      this.#conceal("text-refused");
    }
  }

  /**
   * Send a command, once chat has started: what comes before that, chat does not hear.
   *
   * @template {keyof Commands} Name
   * @param {Name} externalCommand
   * @param {Commands[Name]} parameters
   */
  async #command(externalCommand, parameters) {
    await this.#started.promise;
    this.#frame?.contentWindow?.postMessage({ externalCommand, ...parameters }, this.#origin);
  }
}

export class RocketChatUnread extends HTMLElement {
  /** @type {AbortController} */
  #life = new AbortController();

  connectedCallback() {
    this.#life = new AbortController();
    this.setAttribute("role", "status");
    document.addEventListener("rocketchat:unread-changed", (event) => this.#show(event), { signal: this.#life.signal });
  }

  disconnectedCallback() {
    this.#life.abort();
  }

  /** @param {Event} event whose detail is a number, "999+", "•" for some, or "" for none */
  #show(event) {
    const unread = event instanceof CustomEvent ? event.detail : "";
    const count = typeof unread === "number" ? unread || "" : String(unread ?? "");
    const text = count === "•" ? "text-some" : "text-count";
    this.dataset.unread = String(count);
    this.textContent = count === "" ? "" : (this.getAttribute(text) ?? "").replace("{count}", String(count));
  }
}

/** @returns {{ promise: Promise<void>, resolve: () => void }} */
function startOf() {
  let resolve = () => {};
  const promise = /** @type {Promise<void>} */ (new Promise((done) => { resolve = () => done(); }));
  return { promise, resolve };
}

if (!customElements.get("rocketchat-room")) {
  customElements.define("rocketchat-room", RocketChatRoom);
  customElements.define("rocketchat-unread", RocketChatUnread);
}
