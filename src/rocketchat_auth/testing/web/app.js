/** Starts the page and ties its parts together. */

import { Accounts } from "./accounts.js";
import { behaviourOf } from "./behaviour.js";
import { IframeLogin } from "./iframe-login.js";
import { Integration } from "./integration.js";
import { PasswordLogin } from "./password-login.js";
import { Rooms } from "./rooms.js";
import { standInFacts } from "./server.js";
import { View } from "./view.js";

const accounts = new Accounts();
const view = new View(accounts);
const passwordLogin = new PasswordLogin(accounts, view);

const logout = document.querySelector('[data-testid="logout"]');

/** Takes part in the page around: says what happens here, and does what is commanded. */
function integrate(settings) {
  const rooms = new Rooms();
  const integration = new Integration(settings, {
    go: ({ path }) => {
      if (typeof path === "string" && path.trim()) {
        rooms.open(path);
      }
    },
    "set-user-status": ({ status }) => {
      rooms.showStatus(status);
      integration.tell("status-changed", status);
    },
    "login-with-token": ({ token }) => {
      view.during(accounts.login({ resume: token }).catch((error) => view.notify(error.message)));
    },
    logout: () => {
      view.during(accounts.logout().catch(() => {}).then(() => rooms.open("/home")));
    },
  });
  window.addEventListener("message", (event) => integration.answer(event));
  // Tests play by it what other people do in chat.
  window.addEventListener("stand-in:tell", ({ detail }) => integration.tell(detail.eventName, detail.data));
  rooms.addEventListener("opened", ({ detail }) => integration.tell("room-opened", detail));
  accounts.addEventListener("change", () => accounts.user && rooms.opened());
  return integration;
}

async function start() {
  const facts = await standInFacts();
  view.showFacts(facts);
  const behaviour = behaviourOf(facts);
  if (behaviour.keepsMeteorInConsole) {
    passwordLogin.putIntoConsole();
  }
  const integration = integrate(facts.settings);
  // The operator's script waits for this event in `/scripts.js`, and the page around is told of it as of any other.
  const runCustomScript = () => integration.tell("Custom_Script_On_Logout");
  const iframeLogin = new IframeLogin(behaviour, facts.settings, accounts, (url) => view.showFrame(url));

  const callApi = (times, options) => {
    for (let call = 0; call < times; call += 1) {
      view.during(iframeLogin.tryLogin(options));
    }
  };
  logout.addEventListener("click", () => {
    const left = accounts.logout().catch(() => view.notify("The server did not end this login. It is ended here only."));
    view.during(left.then(() => behaviour.runsScriptAtEveryEnd || runCustomScript()));
  });
  accounts.addEventListener("logged-out", ({ detail }) => {
    if (behaviour.runsScriptAtEveryEnd && detail.wasLoggedIn) {
      runCustomScript();
    }
    callApi(behaviour.callsAfterLogout, { framing: behaviour.framesAfterLogout });
    view.render();
  });
  window.addEventListener("message", (event) => view.during(iframeLogin.answer(event)));

  integration.tell("startup", true);
  const storedToken = accounts.storedToken;
  if (storedToken) {
    view.during(accounts.resume().catch(() => {}));
  }
  if (!storedToken || behaviour.callsWhenLoggedIn) {
    callApi(behaviour.callsAtLoad);
  }
  await loginByQuery();
}

/** `?resumeToken=`, and `userId` beside it, log in and are taken out of the address. */
async function loginByQuery() {
  const address = new URL(location.href);
  const resumeToken = address.searchParams.get("resumeToken");
  if (!resumeToken) {
    return;
  }
  try {
    await accounts.login({ resume: resumeToken });
  } catch (error) {
    view.notify(`The login token of this address was not taken: ${error.message}`);
  }
  address.searchParams.delete("resumeToken");
  address.searchParams.delete("userId");
  history.replaceState(null, "", address);
}

async function loginByForm(event) {
  event.preventDefault();
  view.notify("");
  const { username, password } = event.target.elements;
  const login = passwordLogin.logIn(username.value, password.value);
  password.value = "";
  const error = await login;
  if (error) {
    view.notify(error.message);
  }
}

document.querySelector('[data-testid="password-form"]').addEventListener("submit", loginByForm);
accounts.addEventListener("change", () => view.render());
view.during(start().catch((error) => view.notify(`This page could not start. ${error.message}`)));
