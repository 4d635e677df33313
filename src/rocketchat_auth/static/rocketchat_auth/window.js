"use strict";

// In the window that the chat's frame opened: asks the frame, which is a page of the same origin, for the digest by which
// the login is handed over to it alone, and leaves that to the site. At the end the window closes.
(() => {
  const PATIENCE_MILLISECONDS = 10000;

  const { state, next } = document.getElementById("rocketchat-window").dataset;

  const connect = () => {
    const opener = window.opener;
    if (opener === null) return;
    const show = (id, visible) => { document.getElementById(id).hidden = !visible; };
    const isConnecting = (yes) => {
      show("rocketchat-wait", yes);
      show("rocketchat-alone", !yes);
    };
    isConnecting(true);
    const giveUp = setTimeout(() => isConnecting(false), PATIENCE_MILLISECONDS);

    window.addEventListener("message", async (event) => {
      if (event.origin !== location.origin || event.source !== opener) return;
      if (event.data?.rocketchat !== "digest") return;
      clearTimeout(giveUp);
      const body = new FormData(document.querySelector("form"));
      body.set("digest", event.data.digest);
      const response = await fetch(next, { method: "POST", body });
      if (response.ok) location.replace(next);
      else isConnecting(false);
    });
    opener.postMessage({ rocketchat: "ready" }, location.origin);
  };

  if (state === "connecting") connect();
  if (state === "done") window.close();
})();
