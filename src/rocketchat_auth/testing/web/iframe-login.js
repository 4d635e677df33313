/** Logging in by the site's API URL and by messages of the framed page. */

import { askApi } from "./api-url.js";

export class IframeLogin {
  #behaviour;
  #settings;
  #accounts;
  #showFrame;

  /**
   * @param {object} behaviour what `behaviourOf` returns
   * @param {object} settings the four settings by their `_id`
   * @param {Accounts} accounts
   * @param {(url: string) => void} showFrame
   */
  constructor(behaviour, settings, accounts, showFrame) {
    this.#behaviour = behaviour;
    this.#settings = settings;
    this.#accounts = accounts;
    this.#showFrame = showFrame;
  }

  get enabled() {
    return Boolean(this.#settings.Accounts_iframe_enabled && this.#frameUrl && this.#apiUrl && this.#apiMethod);
  }

  get #frameUrl() {
    return this.#settings.Accounts_iframe_url;
  }

  get #apiUrl() {
    return this.#settings.Accounts_Iframe_api_url;
  }

  get #apiMethod() {
    return this.#settings.Accounts_Iframe_api_method;
  }

  /**
   * Calls the API URL and logs in with what it gives.
   *
   * @param {{report?: (message: string) => void, framing?: boolean}} options `report` gets the message of an error,
   *   `framing` says whether a failure brings the frame
   */
  async tryLogin({ report = () => {}, framing = true } = {}) {
    if (!this.enabled) {
      return;
    }
    const fail = (message, brings = true) => {
      if (framing && brings) {
        this.#frame();
      }
      if (message !== null) {
        report(message);
      }
    };
    try {
      const answer = await askApi(this.#behaviour.request, this.#apiMethod, this.#apiUrl);
      if ("refusal" in answer) {
        fail(answer.refusal);
        return;
      }
      const message = (error) => (this.#behaviour.reportsDeadTokenOfApi ? error.message : null);
      await this.#loginWith(answer.body, (error, counts) => fail(message(error), counts));
    } catch (error) {
      if (this.#behaviour.framesAfterException) {
        fail(error.message);
      }
    }
  }

  /** Answers the messages of the framed page; whatever its origin, as Rocket.Chat does. */
  async answer({ data, source, origin }) {
    if (typeof data !== "object" || data === null || !this.#listens()) {
      return;
    }
    const report = (response) => source?.postMessage({ event: "login-error", response }, origin);
    if (data.event === "try-iframe-login") {
      await this.tryLogin({ report });
    } else if (data.event === "login-with-token" && this.#settings.Accounts_iframe_enabled) {
      await this.#loginWith(data, (error, counts) => counts && report(error.message));
    }
  }

  #listens() {
    const { listens } = this.#behaviour;
    return listens === "always" || (listens === "enabled" ? this.enabled : !this.#accounts.credentials);
  }

  /** @param {(error: Error, counts: boolean) => void} fail `counts` says whether the client hears of that error */
  async #loginWith(data, fail) {
    for (const parameters of this.#loginsOf(data)) {
      try {
        await this.#accounts.login(parameters);
      } catch (error) {
        fail(error, "iframe" in parameters || this.#behaviour.framesAfterDeadLoginToken);
      }
    }
  }

  /** @throws {TypeError} for JSON that can have no keys: null, a number */
  #loginsOf(data) {
    const keys = typeof data === "string" ? { token: data } : data;
    const resume = "loginToken" in keys ? [{ resume: keys.loginToken }] : [];
    if (!this.#behaviour.triesEachKey) {
      return resume.length ? resume : [{ iframe: true, token: keys.token }];
    }
    return "token" in keys ? [...resume, { iframe: true, token: keys.token }] : resume;
  }

  #frame() {
    const separator = this.#frameUrl.includes("?") ? "&" : "?";
    const suffix = navigator.userAgent.includes("Electron") ? `${separator}client=electron` : "";
    this.#showFrame(this.#frameUrl + suffix);
  }
}
