/**
 * Logging in by a name and a password, as the form does, and the console of those clients that keep `Meteor` there.
 *
 * Where the server asks for a second factor, a dialog asks the person for it, over whatever the page shows, the frame
 * too. A wrong code is said, and ends the attempt (client/lib/2fa/overrideLoginMethod.ts). The password goes out as its
 * SHA-256 (Meteor's accounts-password).
 */

import { LoginRefused } from "./server.js";

const HINTS = {
  totp: "Open your authenticator app and enter the code.",
  email: "Enter the code that was mailed to you.",
};

export class PasswordLogin {
  #accounts;
  #view;
  #dialog = document.querySelector('[data-testid="second-factor"]');

  constructor(accounts, view) {
    this.#accounts = accounts;
    this.#view = view;
  }

  /**
   * @param {string} name a username, or an address, which has an `@`
   * @returns {Promise<Error | undefined>} why nobody was logged in; nothing of it where that was said already
   */
  async logIn(name, password) {
    const login = loginOf(name, password);
    try {
      await this.#view.during(login.then((parameters) => this.#accounts.login(parameters)));
    } catch (error) {
      const isAsked = error instanceof LoginRefused && error.code === "totp-required";
      return isAsked ? this.#logInAgain(await login, error) : error;
    }
    return undefined;
  }

  /** Puts it where somebody in front of the console finds it. */
  putIntoConsole() {
    window.Meteor = {
      loginWithPassword: (name, password, callback) => {
        this.logIn(name, password).then((error) => callback?.(error));
      },
    };
  }

  async #logInAgain(login, { details }) {
    const code = await this.#ask(details.method);
    if (!code) {
      return new Error("[totp-canceled]");
    }
    try {
      await this.#view.during(this.#accounts.login({ totp: { login, code } }));
    } catch (error) {
      if (error.code !== "totp-invalid") {
        return error;
      }
      this.#view.notify("Invalid two factor code");
    }
    return undefined;
  }

  #ask(method) {
    const [hint, code] = [this.#dialog.querySelector("p"), this.#dialog.querySelector("input")];
    hint.textContent = HINTS[method];
    code.value = "";
    this.#dialog.returnValue = "";
    this.#dialog.showModal();
    return new Promise((resolve) => {
      const closed = () => resolve(this.#dialog.returnValue === "verify" ? code.value : "");
      this.#dialog.addEventListener("close", closed, { once: true });
    });
  }
}

async function loginOf(name, password) {
  return { user: { [name.includes("@") ? "email" : "username"]: name }, password: await digestOf(password) };
}

async function digestOf(password) {
  // Without TLS browsers have it on localhost alone. The server takes the password as it is, too.
  if (!crypto.subtle) {
    return password;
  }
  const digest = await crypto.subtle.digest("SHA-256", new TextEncoder().encode(password));
  const digits = Array.from(new Uint8Array(digest), (byte) => byte.toString(16).padStart(2, "0"));
  return { digest: digits.join(""), algorithm: "sha-256" };
}
