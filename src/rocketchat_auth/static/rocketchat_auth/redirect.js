"use strict";

// The page puts the login token and the chat's addresses into a JSON script element. Framed by the chat, it hands the
// token to the chat; in the WebView of Rocket.Chat's mobile app, to the app; else it goes on to the chat, which asks
// the site for the token itself.
(() => {
  const SLOW_AFTER_MILLISECONDS = 10000;

  const element = (name) => document.getElementById(`rocketchat-${name}`);
  const show = (name, visible) => { element(name).hidden = !visible; };

  const data = JSON.parse(element("login").textContent);
  element("login").remove();
  const message = { event: "login-with-token", loginToken: data.loginToken };

  const showProblem = (name) => {
    show("progress", false);
    show("slow", name === "slow");
    show("failed", name === "failed");
    show("retry", true);
  };

  const handToChat = () => {
    const slow = setTimeout(() => showProblem("slow"), SLOW_AFTER_MILLISECONDS);
    window.addEventListener("message", (event) => {
      if (event.origin !== data.origin || event.source !== window.parent) return;
      if (event.data?.event !== "login-error") return;
      clearTimeout(slow);
      showProblem("failed");
    });
    window.parent.postMessage(message, data.origin);
  };

  show("wait", true);
  show("onward", false);
  if (window.parent !== window) {
    handToChat();
  } else if (window.ReactNativeWebView) {
    // The app watches where its WebView goes, and reads the message from behind the #.
    window.location.replace(`${data.chatUrl}/home#${encodeURIComponent(JSON.stringify(message))}`);
  } else {
    show("onward", true);
    window.location.replace(`${data.chatUrl}/`);
  }
})();
