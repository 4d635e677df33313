/**
 * What the page tells a page that frames it, and the commands that it takes from it.
 *
 * Sources: client/lib/utils/fireGlobalEvent.ts and app/ui-utils; client/hooks/iframe/useIframeCommands.ts (commit
 * 03de61f8), whose list of origins is split at commas, not trimmed, and "*" means any.
 */

export class Integration {
  #settings;
  #commands;

  /**
   * @param {object} settings the settings of iframe integration by their `_id`
   * @param {Object<string, (data: object) => void>} commands what is done, by the name of the command
   */
  constructor(settings, commands) {
    this.#settings = settings;
    this.#commands = commands;
  }

  /** Tells the page around, if there is one and the workspace wants it. */
  tell(eventName, data) {
    window.dispatchEvent(new CustomEvent(eventName, { detail: data }));
    if (window.parent === window || !this.#settings.Iframe_Integration_send_enable) {
      return;
    }
    window.parent.postMessage({ eventName, data }, this.#settings.Iframe_Integration_send_target_origin);
  }

  /** Does what the page around commands; a command that is none is no more than an error in the console. */
  answer({ data, origin }) {
    if (typeof data !== "object" || data === null || !this.#settings.Iframe_Integration_receive_enable) {
      return;
    }
    const name = data.externalCommand;
    if (!name || !this.#admits(origin)) {
      return;
    }
    if (Object.hasOwn(this.#commands, name)) {
      this.#commands[name](data);
    } else {
      console.error(`Command not allowed: ${name}`);
    }
  }

  #admits(origin) {
    const origins = this.#settings.Iframe_Integration_receive_origin;
    return origins === "*" || origins.split(",").includes(origin);
  }
}
