/** Calling the site's API URL. Each way gives `{ body }`, or `{ refusal }` with the message of the error. */

const JSON_TYPES = new Set(["application/json", "application/javascript", "application/x-javascript", "text/javascript"]);

/**
 * @param {string} way what `behaviourOf` says under `request`
 * @throws {Error} with fetch: no answer, or a 200 whose body is not JSON
 */
export function askApi(way, method, url) {
  if (way === "xhr") {
    return askByXhr(method, url);
  }
  return askByFetch(method, url, way === "fetch-json" ? { "Content-Type": "application/json" } : undefined);
}

/** The status does not count: any JSON with one of the keys is taken. */
function askByXhr(method, url) {
  return new Promise((resolve) => {
    const xhr = new XMLHttpRequest();
    xhr.open(method, url);
    xhr.withCredentials = true;
    xhr.addEventListener("error", () => resolve({ refusal: "network" }));
    xhr.addEventListener("load", () => {
      const body = jsonOf(xhr);
      if (body?.token || body?.loginToken) {
        resolve({ body });
      } else {
        resolve({ refusal: xhr.status >= 400 ? `failed [${xhr.status}]` : null });
      }
    });
    xhr.send();
  });
}

function jsonOf(xhr) {
  const [type] = (xhr.getResponseHeader("Content-Type") ?? "").split(";");
  if (!JSON_TYPES.has(type.trim())) {
    return null;
  }
  try {
    return JSON.parse(xhr.responseText);
  } catch {
    return null;
  }
}

async function askByFetch(method, url, headers) {
  const response = await fetch(url, { method, headers, credentials: "include" });
  if (response.status !== 200) {
    return { refusal: "" };
  }
  return { body: await response.json() };
}
