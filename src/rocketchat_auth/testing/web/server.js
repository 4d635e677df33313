/** The calls that the page makes to its own server. */

/** A login that the server answered with no: message, code and details are the server's own. */
export class LoginRefused extends Error {
  constructor({ message, error, details }) {
    super(message);
    this.code = error;
    this.details = details;
  }
}

/** What the server plays: `{version, era, alwaysCalls, scriptAtEveryEnd, meteorInConsole, settings}`. */
export async function standInFacts() {
  return json(await fetch("/stand-in/era"));
}

/**
 * The method `login`, over REST.
 *
 * @param {object} parameters `{resume}`, `{iframe: true, token}`, `{user: {username}, password}` or
 *   `{totp: {login, code}}`
 * @returns {Promise<{id: string, token: string, tokenExpires: {$date: number}}>}
 * @throws {LoginRefused}
 */
export async function callLogin(parameters) {
  const call = { msg: "method", method: "login", id: "1", params: [parameters] };
  const body = await json(await post("/api/v1/method.callAnon/login", { message: JSON.stringify(call) }));
  const { error, result } = JSON.parse(body.message);
  if (error) {
    throw new LoginRefused(error);
  }
  return result;
}

export async function logout(credentials) {
  await post("/api/v1/logout", {}, authentication(credentials));
}

/**
 * Waits until the login token has ended, but not longer than so many seconds.
 *
 * @returns {Promise<{alive: boolean, username?: string, name?: string}>}
 */
export async function watch(credentials, seconds, signal) {
  return json(await fetch(`/stand-in/watch?wait=${seconds}`, { headers: authentication(credentials), signal }));
}

function authentication({ userId, token }) {
  return { "X-User-Id": userId, "X-Auth-Token": token };
}

function post(path, body, headers = {}) {
  return fetch(path, {
    method: "POST",
    headers: { "Content-Type": "application/json", ...headers },
    body: JSON.stringify(body),
  });
}

async function json(response) {
  if (!response.ok) {
    throw new Error(`${new URL(response.url).pathname} answered ${response.status}.`);
  }
  return response.json();
}
