/**
 * Who is logged in here, kept in localStorage under the names that Meteor uses.
 *
 * Fires `change` when somebody is logged in or the user's data arrived, and `logged-out` when a login has ended: by the
 * button, by the server, in another document of the same origin, or because a stored token was dead. Its detail says
 * whether somebody was logged in, which in the last case nobody was.
 */

import { LoginRefused, callLogin, logout, watch } from "./server.js";

const USER_ID = "Meteor.userId";
const LOGIN_TOKEN = "Meteor.loginToken";
const LOGIN_TOKEN_EXPIRES = "Meteor.loginTokenExpires";
const LONGEST_WATCH = 25; // seconds
const PAUSE_AFTER_FAILURE = 1000; // milliseconds

export class Accounts extends EventTarget {
  /** `{userId, token}` while somebody is logged in. */
  credentials = null;

  /** The data of the user who is logged in, once the server has sent it. */
  user = null;

  /** Whether the token that was stored at the page load is being tried. */
  resuming = false;

  #queue = Promise.resolve();
  #watching = new AbortController();

  constructor() {
    super();
    window.addEventListener("storage", (event) => {
      if (event.key === LOGIN_TOKEN || event.key === null) {
        this.#followStorage();
      }
    });
  }

  get storedToken() {
    return localStorage.getItem(LOGIN_TOKEN);
  }

  /** Logs in with the stored token; where the server calls it dead, that is a logout. */
  async resume() {
    this.resuming = true;
    try {
      await this.login({ resume: this.storedToken });
    } catch (error) {
      if (error instanceof LoginRefused) {
        this.#forget();
      }
      throw error;
    } finally {
      this.resuming = false;
    }
  }

  /**
   * Logs in, after the logins that were begun before.
   *
   * @throws {LoginRefused}
   */
  login(parameters) {
    const login = this.#queue.then(() => this.#login(parameters));
    this.#queue = login.catch(() => {});
    return login;
  }

  /** Ends the login, here even if the server cannot be reached. */
  async logout() {
    const { credentials } = this;
    try {
      await logout(credentials);
    } finally {
      if (this.credentials === credentials) {
        this.#forget();
      }
    }
  }

  async #login(parameters) {
    const { id, token, tokenExpires } = await callLogin(parameters);
    localStorage.setItem(USER_ID, id);
    localStorage.setItem(LOGIN_TOKEN, token);
    localStorage.setItem(LOGIN_TOKEN_EXPIRES, String(new Date(tokenExpires.$date)));
    if (this.credentials?.token !== token) {
      this.#become({ userId: id, token });
    }
  }

  #become(credentials) {
    const wasLoggedIn = Boolean(this.credentials);
    this.#watching.abort();
    this.#watching = new AbortController();
    this.credentials = credentials;
    this.user = null;
    if (credentials) {
      this.dispatchEvent(new Event("change"));
      this.#watch(credentials, this.#watching.signal);
    } else {
      this.dispatchEvent(new CustomEvent("logged-out", { detail: { wasLoggedIn } }));
    }
  }

  #forget() {
    for (const key of [USER_ID, LOGIN_TOKEN, LOGIN_TOKEN_EXPIRES]) {
      localStorage.removeItem(key);
    }
    this.#become(null);
  }

  #followStorage() {
    const token = this.storedToken;
    if (token && token !== this.credentials?.token) {
      this.login({ resume: token }).catch(() => {});
    } else if (!token && this.credentials) {
      this.#become(null);
    }
  }

  async #watch(credentials, signal) {
    while (!signal.aborted) {
      try {
        const { alive, username, name } = await watch(credentials, this.user ? LONGEST_WATCH : 0, signal);
        if (signal.aborted) {
          return;
        }
        if (!alive) {
          this.#forget();
          return;
        }
        this.user = { username, name };
        this.dispatchEvent(new Event("change"));
      } catch {
        await new Promise((resolve) => setTimeout(resolve, PAUSE_AFTER_FAILURE));
      }
    }
  }
}
