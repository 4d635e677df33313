"use strict";

// The ways into chat for a person whose session on the site does not get through to the chat's frame. Each is shown once
// the one before it failed. Without this script there is the login form in the frame.
(() => {
  const POLL_MILLISECONDS = 2000;
  const PATIENCE_MILLISECONDS = 10 * 60 * 1000;

  const data = JSON.parse(document.getElementById("rocketchat-steps").textContent);
  const steps = [...document.querySelectorAll("[data-step]")];
  const show = (...names) => {
    for (const step of steps) step.hidden = !names.includes(step.dataset.step);
  };

  // The window that waits for its sign-in, and what only this page knows of it.
  let current = null;

  const base64url = (bytes) =>
    btoa(String.fromCharCode(...bytes)).replaceAll("+", "-").replaceAll("/", "_").replaceAll("=", "");

  const digestOf = async (text) => {
    const digest = await crypto.subtle.digest("SHA-256", new TextEncoder().encode(text));
    return [...new Uint8Array(digest)].map((byte) => byte.toString(16).padStart(2, "0")).join("");
  };

  const enter = (loginToken) => {
    show("entering");
    window.addEventListener("message", (event) => {
      if (event.origin !== data.origin || event.source !== window.parent) return;
      if (event.data?.event === "login-error") show("refused", "window", "form", "top");
    });
    window.parent.postMessage({ event: "login-with-token", loginToken }, data.origin);
  };

  const claim = async (verifier) => {
    try {
      const body = new URLSearchParams({ verifier });
      const response = await fetch(data.claim, { method: "POST", credentials: "omit", cache: "no-store", body });
      return response.status === 200 ? (await response.json()).loginToken : null;
    } catch {
      return null;
    }
  };

  const wait = async (attempt) => {
    while (current === attempt) {
      await new Promise((resolve) => { setTimeout(resolve, POLL_MILLISECONDS); });
      if (current !== attempt) return;
      if (Date.now() > attempt.until) {
        current = null;
        show("late", "window", "form", "top");
        return;
      }
      const loginToken = await claim(attempt.verifier);
      if (loginToken !== null && current === attempt) {
        current = null;
        enter(loginToken);
      }
    }
  };

  const openWindow = () => {
    current?.opened.close();
    const opened = crypto.subtle ? window.open(data.window, "_blank", "popup,width=560,height=720") : null;
    if (opened === null) {
      current = null;
      show("form", "top");
      return;
    }
    const verifier = base64url(crypto.getRandomValues(new Uint8Array(32)));
    current = { opened, verifier, until: Date.now() + PATIENCE_MILLISECONDS };
    show("waiting");
    wait(current);
  };

  // Only a page of the site itself, in the very window that was opened here, is told the digest.
  window.addEventListener("message", async (event) => {
    if (current === null || event.origin !== location.origin || event.source !== current.opened) return;
    if (event.data?.rocketchat !== "ready") return;
    const { opened, verifier } = current;
    opened.postMessage({ rocketchat: "digest", digest: await digestOf(verifier) }, location.origin);
  });

  const askForStorageAccess = async () => {
    try {
      await document.requestStorageAccess();
    } catch {
      show("window", "form");
      return;
    }
    location.replace(data.handOver);
  };

  const start = async () => {
    // The form was asked for and cannot work.
    if (!steps.find((step) => step.dataset.step === "top").hidden) {
      show("window", "form", "top");
      return;
    }
    const mayAsk = data.storageAccess && "requestStorageAccess" in document && !(await document.hasStorageAccess());
    if (mayAsk) show("storage");
    else show("window", "form");
  };

  const actions = {
    storage: askForStorageAccess,
    skip: () => show("window", "form"),
    window: openWindow,
    form: () => show("window", "form", "top"),
  };
  document.addEventListener("click", (event) => {
    actions[event.target.closest("[data-do]")?.dataset.do]?.();
  });
  start();
})();
