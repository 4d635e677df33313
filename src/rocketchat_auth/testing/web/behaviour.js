/**
 * What differs between the web clients of Rocket.Chat's versions, as far as iframe logins go.
 *
 * Sources: 6.x app/ui-utils/client/lib/IframeLogin.ts and the recordings of 6.5.3; 7.0 to 7.7
 * client/views/root/MainLayout/useIframeLogin.ts; from 7.8 client/hooks/iframe/useIframe.ts (commit 8320a447, and for the
 * later versions 2bb1afe0) with useIframeLoginListener.ts.
 *
 * @param {{era: string, alwaysCalls: boolean, scriptAtEveryEnd: boolean, meteorInConsole: boolean}} facts what the server says of the version that it plays
 */
export function behaviourOf(facts) {
  const fromSevenEight = facts.alwaysCalls;
  return {
    request: { A: "xhr", B: "fetch-json", C: "fetch" }[facts.era],
    callsAtLoad: 2,
    callsWhenLoggedIn: fromSevenEight,
    callsAfterLogout: fromSevenEight ? 2 : 1,

    // Meteor's own bundler leaves `Meteor` in the global scope; that of the newest source does not.
    keepsMeteorInConsole: facts.meteorInConsole,

    // Up to 6.x only its Logout does, after the API was called; later whatever ends a login, before that.
    runsScriptAtEveryEnd: facts.scriptAtEveryEnd,

    // Recorded with 6.5.3: a refusal of the call that follows a logout leaves its own form, and only a page load brings
    // the frame. A stored token found dead at a page load takes the same way through the source.
    framesAfterLogout: facts.era !== "A",

    // Mended by pull requests 36866 and 36919.
    framesAfterException: facts.era !== "B",
    framesAfterDeadLoginToken: !(facts.era === "B" && fromSevenEight),

    // From 7.8 each key of {token, loginToken} is tried by itself, so that {} is no attempt at all.
    triesEachKey: fromSevenEight,

    // The later clients read the body of the API's answer a second time before they report, which fails.
    reportsDeadTokenOfApi: facts.era === "A",

    // Where the listener for messages lives: in a singleton, in the login page, in the layout.
    listens: fromSevenEight ? "enabled" : { A: "always", B: "logged-out" }[facts.era],
  };
}
