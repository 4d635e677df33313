/** Which room the address names. Fires `opened`, with the room, when somebody who is logged in comes to another one. */

const KINDS = { channel: ["c", "# "], group: ["p", "# "], direct: ["d", "@"] };

export class Rooms extends EventTarget {
  #told = "";

  constructor() {
    super();
    document.body.toggleAttribute("data-embedded", new URL(location.href).searchParams.get("layout") === "embedded");
    this.#show();
  }

  /** Goes there, keeping the layout. */
  open(path) {
    const address = new URL(path, location.origin);
    if (document.body.hasAttribute("data-embedded")) {
      address.searchParams.set("layout", "embedded");
    }
    history.pushState(null, "", address);
    this.#show();
    if (document.body.dataset.state === "home") {
      this.opened();
    }
  }

  /** Tells of the room, once. */
  opened() {
    const { t, name } = this.#room;
    if (this.#told !== location.pathname) {
      this.#told = location.pathname;
      this.dispatchEvent(new CustomEvent("opened", { detail: { t, name } }));
    }
  }

  showStatus(status) {
    document.body.dataset.status = status;
  }

  get #room() {
    const [, kind, name] = location.pathname.split("/");
    const [t, sign] = KINDS[kind] ?? KINDS.channel;
    return { t, sign, name: name && kind in KINDS ? decodeURIComponent(name) : "general" };
  }

  #show() {
    const { sign, name } = this.#room;
    document.querySelector("#room-title").textContent = sign + name;
    document.body.dataset.room = name;
  }
}
